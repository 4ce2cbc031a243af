"""The checklist is whole, and what it names exists and says which row it proves."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROWS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "checklist.toml").read_text("utf-8"))["rows"]
NAMED = [(row["row"], name) for row in ROWS for name in row.get("tests", ())]
#: "Security row 7", "security rows 1 to 4, 6", "security.md 5, rows 7 and 9", "Security 13".
_SAID = re.compile(r"\bsecurity(?:\.md 5,)?\s+(?:rows?\s+)?(\d+(?:(?:,? and |, (?:security rows? )?| to )\d+)*)", re.I)


def said(words: str) -> set[int]:
    """The rows that a docstring names."""
    rows: set[int] = set()
    for match in _SAID.finditer(words):
        for part in re.split(r",? and |, ", match[1]):
            first, _, last = part.partition(" to ")
            rows |= set(range(int(first), int(last or first) + 1))
    return rows


@cache
def claims(path: str) -> dict[str, set[int]]:
    """What each test of a file says that it proves, itself or for its whole file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    whole = said(ast.get_docstring(tree) or "")
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {one.name: whole | said(ast.get_docstring(one) or "") for one in functions if one.name.startswith("test_")}


def test_all_rows_are_there_once_each_with_a_source_and_a_proof_or_a_reason() -> None:
    """Issue 5 item 8: 43 rows, each with a test or a written reason."""
    assert [row["row"] for row in ROWS] == list(range(1, 44))
    for row in ROWS:
        assert row.keys() <= {"row", "requirement", "source", "tests", "reason"}, row["row"]
        assert len(row["requirement"]) > 20, row["row"]
        assert row["source"], row["row"]
        assert row.get("tests") or len(row.get("reason", "")) > 60, row["row"]
        assert len(row.get("tests", ())) == len(set(row.get("tests", ()))), row["row"]


@pytest.mark.parametrize(("row", "name"), NAMED, ids=[f"{row}-{name.rpartition('/')[2]}" for row, name in NAMED])
def test_a_named_test_exists_and_says_which_row_it_proves(row: int, name: str) -> None:
    """Issue 5 item 8: a test that is renamed or removed takes its row's proof away, and that is seen here."""
    path, _, test = name.partition("::")
    assert (ROOT / path).is_file(), path
    if path.startswith("web/"):
        assert re.search(rf'\b(?:it|test|describe)\("{re.escape(test)}"', (ROOT / path).read_text("utf-8")), test
    else:
        assert test in claims(path), test
        assert row in claims(path)[test]


def test_a_docstring_names_rows_in_these_ways() -> None:
    """And a paragraph of the notes is no row."""
    assert said("Every one (S0-2.2a; security rows 1 to 4, 6).") == {1, 2, 3, 4, 6}
    assert said("Issue 2, 4; security.md 5, rows 7 and 9.") == {7, 9}
    assert said("Security 13: quotes.") == {13}
    assert said("Security row 6: the same; security row 1: never.") == {1, 6}
    assert said("Security.md 2: claims; notes/security.md 3: PII. S0-5.2") == set()
