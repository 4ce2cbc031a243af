"""One folio of one fund house, whatever each file calls the house, and whatever earlier releases stored it as."""

import hmac
import io
from datetime import date

import asyncpg

from aicoach.app.bootstrap import Container
from aicoach.app.importing import Importer
from aicoach.tools.cas_pdf import PdfReader
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import COUNTED, FOLIOS, csv_file, csv_row
from tests.integration.imports.conftest import Stored, Upload
from tests.integration.imports.test_import_api import counts
from tests.support.people import Person

SHORT = "Meghdoot MF"
#: Instalments that the statement tells too, as it tells them.
ROWS = (csv_row(date(2021, 4, 5), "4,999.75", "100"), csv_row(date(2021, 5, 5), "4,999.75", "99.5"))


def called(amc: str, *rows: str) -> bytes:
    """CSV that calls the fund house this."""
    return csv_file(*(row.replace("Meghdoot Mutual Fund", amc) for row in rows))


async def houses(owner: asyncpg.Connection, person: Person) -> list[str]:
    """The fund houses of the person's folios."""
    rows = await owner.fetch("select amc from folios where user_id = $1 order by amc", person.user_id)
    return [row["amc"] for row in rows]


async def test_a_house_by_any_other_name_is_no_second_folio(
    upload: Upload, owner: asyncpg.Connection, person: Person, stored: Stored
) -> None:
    """Rows that the statement has are known, in other words they are held back, and what is new joins the folio."""
    await upload(print_statement(FOLIOS), people.PASSWORD)
    new = csv_row(date(2024, 7, 5))
    for amc, expected in ((SHORT, (1, 2, 0, 0)), ("meghdoot asset management company ltd.", (0, 3, 0, 0))):
        assert counts(await upload(called(amc, *ROWS, new))) == expected
    gross = csv_row(date(2021, 4, 5), "5,000.00", "100").replace(",SIP,", ",buy,")
    assert counts(await upload(called(SHORT, gross))) == (0, 0, 0, 1)
    assert len(await stored()) == COUNTED + 1
    assert await houses(owner, person) == ["Meghdoot Mutual Fund", "Sagarmatha Mutual Fund"]


async def test_what_an_earlier_release_stored_under_the_files_own_words_stays_known(
    container: Container, owner: asyncpg.Connection, person: Person
) -> None:
    """The same file again adds nothing, and neither do others that call the house otherwise; over both transports."""
    key = container.settings.folio_key.get_secret_value()
    importer = Importer(container.store, PdfReader(), container.clock, key)
    number = "".join(people.FOLIO.split())
    said = "\x1f".join((str(person.user_id), SHORT.casefold(), number)).encode()
    folio = "insert into folios (user_id, amc, number_hash, number_masked) values ($1, $2, $3, 'X')"
    await owner.execute(folio, person.user_id, SHORT, hmac.digest(key.encode(), said, "sha256").hex())
    added = []
    for data in (called(SHORT, *ROWS), called(SHORT, *ROWS), csv_file(*ROWS), called("MEGHDOOT AMC", *ROWS)):
        told = await importer.run(person.user_id, io.BytesIO(data), dry_run=False)
        added.append(told["added"])
        assert (told["folios_added"], told["rejected"]) == (0, [])
    assert added == [len(ROWS), 0, 0, 0]
    # A statement that calls the house by its full name knows those rows, and its units fit.
    told = await importer.run(person.user_id, io.BytesIO(print_statement(FOLIOS)), people.PASSWORD, dry_run=False)
    assert (told["added"], told["known"]) == (COUNTED - len(ROWS), len(ROWS))
    assert await houses(owner, person) == [SHORT, "Sagarmatha Mutual Fund"]
