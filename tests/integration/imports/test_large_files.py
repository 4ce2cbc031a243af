"""Files laid over many stored transactions: looking for likely duplicates does not go through all of them each time."""

import io
from datetime import date, timedelta

import asyncpg

from aicoach.app.bootstrap import Container
from aicoach.app.import_check import BATCH
from aicoach.app.importing import Importer
from aicoach.tools.cas_pdf import PdfReader
from tests.fixtures.statements.samples import FLEXI, csv_file, csv_row
from tests.support.people import Person


async def test_neighbours_of_a_full_folio_are_found_by_day(
    container: Container, person: Person, owner: asyncpg.Connection
) -> None:
    """40,000 transactions in one folio, and a batch of new ones: well within a statement's time limit.

    The first plan went through the whole folio for each line: minutes, and the call was cancelled.
    """
    key = container.settings.folio_key.get_secret_value()
    importer = Importer(container.store, PdfReader(), container.clock, key)
    await importer.run(person.user_id, io.BytesIO(csv_file(csv_row(date(1994, 1, 1)))), dry_run=False)
    await owner.execute(
        "insert into transactions (user_id, folio_id, isin, tx_date, kind, amount, units, source_key) "
        "select $1, f.id, $2, date '1970-01-01' + n % 8000, 'purchase', n, n, 'row' || n "
        "from folios f, generate_series(1, 40000) n where f.user_id = $1",
        person.user_id,
        FLEXI,
    )
    rows = (csv_row(date(1970, 1, 1) + timedelta(days=day), "90,000", "77777") for day in range(1, BATCH + 1))
    told = await importer.run(person.user_id, io.BytesIO(csv_file(*rows)), dry_run=True)
    assert (told["added"], told["likely_duplicates"]) == (BATCH, 0)
