"""What people read about files: the documented example works, and every reason has its sentence."""

import io
import re
import tomllib
from pathlib import Path

import pytest

from aicoach.coaches.goals.statements import Line, read_csv
from aicoach.coaches.goals.statements.judge import KINDS
from aicoach.coaches.goals.statements.words import column_names, required_columns
from aicoach.local.paths import ROOT
from tests.unit.statements.build import TODAY

DOCUMENT = (ROOT / "docs" / "csv-format.md").read_text("utf-8")
PACKAGE = ROOT / "aicoach" / "coaches" / "goals" / "statements"


def test_the_example_in_the_documentation_can_be_imported() -> None:
    example = re.search(r"```csv\n(.*?)```", DOCUMENT, re.DOTALL)
    assert example is not None
    rows = list(read_csv(io.BytesIO(example[1].encode()), TODAY))
    assert [type(row) for row in rows] == [Line] * 3


@pytest.mark.parametrize("name", [*sorted(set(column_names().values())), *sorted(KINDS)])
def test_every_column_and_kind_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


CODES = tomllib.loads((PACKAGE / "reasons.toml").read_text("utf-8"))


@pytest.mark.parametrize("code", sorted({code for group in CODES.values() for code in group}))
def test_every_code_is_documented(code: str) -> None:
    """Programs read codes; a new one is a change of the contract and stands in the documentation."""
    assert f"`{code}`" in DOCUMENT


def test_the_documentation_says_which_columns_are_needed() -> None:
    needed = re.findall(r"^\| `(\w+)` \|[^|]*\| yes \|", DOCUMENT, re.MULTILINE)
    assert tuple(needed) == required_columns()


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.toml")), ids=lambda path: path.name)
def test_word_files_are_readable_text(path: Path) -> None:
    assert "\t" not in path.read_text("utf-8")
