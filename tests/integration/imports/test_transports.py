"""Importing says and does the same over both transports."""

import io
from datetime import date

from aicoach.app.bootstrap import Container
from aicoach.app.importing import Importer
from aicoach.tools.cas_pdf import PdfReader
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import COUNTED, FOLIOS, csv_file, csv_row
from tests.support.people import Person


async def test_a_statement_is_imported_once_over_either_transport(container: Container, person: Person) -> None:
    key = container.settings.folio_key.get_secret_value()
    importer = Importer(container.store, PdfReader(), container.clock, key)
    pdf, csv = print_statement(FOLIOS), csv_file(csv_row(date(2025, 4, 5)))
    for data, dry_run, added in ((pdf, True, COUNTED), (pdf, False, COUNTED), (pdf, False, 0), (csv, False, 1)):
        told = await importer.run(person.user_id, io.BytesIO(data), people.PASSWORD, dry_run=dry_run)
        assert (told["added"], told["rejected"]) == (added, [])
