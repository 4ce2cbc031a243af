"""Without the extra ``statements``, as in the serverless bundle: PDFs are refused by name, everything else is read."""

import re
import sys
from datetime import date

import pytest

from aicoach.local.paths import ROOT
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import FOLIOS, csv_file, csv_row
from tests.integration.imports.conftest import Stored, Upload
from tests.integration.imports.test_import_api import counts, refused

_PINNED = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)


@pytest.fixture
def _not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Python's own way to say so: a module that is None here cannot be imported, and is not found.
    monkeypatch.setitem(sys.modules, "casparser", None)


@pytest.mark.usefixtures("_not_installed")
async def test_a_pdf_is_refused_by_name_and_other_files_are_read(upload: Upload, stored: Stored) -> None:
    problem = refused(await upload(print_statement(FOLIOS), people.PASSWORD), 501, "pdf_import_unavailable")
    assert (problem["retryable"], problem["reason"]) == (False, "pdf_import_unavailable")
    assert "JSON" in problem["detail"]
    assert people.PASSWORD not in str(problem)
    assert await stored() == []
    assert counts(await upload(csv_file(csv_row(date(2024, 4, 5))))) == (1, 0, 1, 0)


def test_the_runtime_lock_leaves_the_pdf_reader_out_and_the_laptop_has_it() -> None:
    """70 MB that the serverless function would carry; pypdfium2 and the ISIN list come with casparser."""
    runtime, laptop = (
        set(_PINNED.findall((ROOT / name).read_text())) for name in ("requirements.txt", "requirements-dev.txt")
    )
    reader = {"casparser", "casparser-isin", "pypdfium2"}
    assert reader <= laptop
    assert not reader & runtime
    assert runtime <= laptop
