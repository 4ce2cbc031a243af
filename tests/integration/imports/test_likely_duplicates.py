"""Issue 4 item 9: a file laid over another one that says the same in other words is not counted twice."""

import io
from datetime import date, timedelta
from decimal import Decimal

from aicoach.app.bootstrap import Container
from aicoach.app.import_check import BATCH
from aicoach.app.importing import Importer
from aicoach.tools.cas_pdf import PdfReader
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import COUNTED, FOLIOS, csv_file, csv_row
from tests.integration.imports.conftest import Stored, Upload
from tests.integration.imports.test_import_api import counts
from tests.support.people import Person

#: Instalments of FLEXI_ROWS, as a spreadsheet has them: before stamp duty, and called a purchase.
SAID_OTHERWISE = (
    csv_row(date(2021, 4, 5), "5,000.00", "100").replace(",SIP,", ",buy,"),
    csv_row(date(2021, 5, 5), "5,000.00", "99.5").replace(",SIP,", ",buy,"),
)
REALLY_NEW = csv_row(date(2021, 4, 6), "5,000.00", "100")


async def test_a_csv_over_a_statement_in_other_words_is_held_back_and_named(upload: Upload, stored: Stored) -> None:
    await upload(print_statement(FOLIOS), people.PASSWORD)
    before = await stored()
    file = csv_file(*SAID_OTHERWISE, REALLY_NEW)
    preview = await upload(file, dry_run=True)
    assert counts(preview) == (1, 0, 0, 2)
    told = preview.json()
    assert told["likely_duplicates"] == 2
    assert [(one["row"], one["code"]) for one in told["rejected"]] == [
        (2, "likely_duplicate"),
        (3, "likely_duplicate"),
    ]
    assert all("same day" in one["reason"] for one in told["rejected"])
    assert await stored() == before
    assert counts(await upload(file)) == (1, 0, 0, 2)
    assert counts(await upload(file)) == (0, 1, 0, 2)
    assert len(await stored()) == len(before) + 1


async def test_a_person_may_take_them_all_the_same_and_only_once(upload: Upload, stored: Stored) -> None:
    await upload(print_statement(FOLIOS), people.PASSWORD)
    file = csv_file(*SAID_OTHERWISE)
    assert counts(await upload(file, allow_duplicates="true", dry_run=True)) == (2, 0, 0, 0)
    assert counts(await upload(file, allow_duplicates="on")) == (2, 0, 0, 0)
    assert len(await stored()) == COUNTED + 2
    # They are known now, as what they are: the same file adds nothing, asked either way.
    assert counts(await upload(file)) == (0, 2, 0, 0)
    assert counts(await upload(file, allow_duplicates="true")) == (0, 2, 0, 0)
    assert len(await stored()) == COUNTED + 2


async def test_a_second_instalment_of_the_day_is_new(upload: Upload) -> None:
    """Two are stored and three are told: one of them cannot be explained by what is stored."""
    await upload(print_statement(FOLIOS), people.PASSWORD)
    told = await upload(csv_file(*[SAID_OTHERWISE[0]] * 3))
    assert counts(told) == (1, 0, 0, 2)


async def test_another_folio_day_or_direction_is_new(upload: Upload) -> None:
    """A redemption on the day of an instalment, the same instalment elsewhere and a day later: all of them happened."""
    await upload(csv_file(csv_row(date(2024, 4, 5))))
    others = (
        csv_row(date(2024, 4, 5)).replace(people.FOLIO, people.OTHER_FOLIO),
        csv_row(date(2024, 4, 6)),
        csv_row(date(2024, 4, 5)).replace(",SIP,", ",sell,"),
    )
    assert counts(await upload(csv_file(*others))) == (3, 0, 1, 0)


async def test_a_file_is_never_held_back_for_its_own_rows(container: Container, person: Person) -> None:
    """A purchase and an instalment of one day, batches apart: the preview and the import agree, on either transport."""
    purchase = csv_row(date(2024, 4, 5)).replace(",SIP,", ",buy,")
    filler = (csv_row(date(1994, 1, 1) + timedelta(days=day)) for day in range(BATCH))
    data = csv_file(purchase, *filler, csv_row(date(2024, 4, 5)))
    key = container.settings.folio_key.get_secret_value()
    importer = Importer(container.store, PdfReader(), container.clock, key)
    for dry_run in (True, False):
        told = await importer.run(person.user_id, io.BytesIO(data), dry_run=dry_run)
        assert (told["added"], told["rejected"]) == (BATCH + 2, [])


async def test_what_is_held_back_is_in_no_sum(upload: Upload, stored: Stored) -> None:
    """The units in the table after both files are those of the statement."""
    await upload(print_statement(FOLIOS), people.PASSWORD)
    await upload(csv_file(*SAID_OTHERWISE))
    bought = sum((row["units"] for row in await stored() if row["kind"].startswith("purchase")), Decimal(0))
    assert bought == Decimal("299.500")
