"""Keys that say the same thing in every file, and folio numbers that nobody can read back."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from aicoach.coaches.goals.statements import Line, Numbering
from aicoach.coaches.goals.statements.numbering import mask
from tests.unit.statements.build import GOOD, rows_of

KEY = b"0123456789abcdef"
USER = UUID("11111111-1111-4111-8111-111111111111")


def line() -> Line:
    (found,) = rows_of(GOOD)
    assert isinstance(found, Line)
    return found


def keys(*lines: Line, user: UUID = USER, key: bytes = KEY) -> list[str]:
    numbering = Numbering(key, user)
    return [numbering.row(one)["source_key"] for one in lines]


def test_two_equal_instalments_of_one_day_are_two() -> None:
    assert len(set(keys(line(), line(), line()))) == 3


def test_a_second_file_gives_the_same_keys_wherever_the_rows_stand() -> None:
    other = replace(line(), day=line().day.replace(day=6))
    assert set(keys(line(), other, line())) == set(keys(other, replace(line(), row=77), line()))


def test_a_number_written_in_another_way_is_the_same_line() -> None:
    (long,) = rows_of(GOOD.replace("1000,", "1000.000,").replace("05-04-2024", "2024-04-05"))
    assert isinstance(long, Line)
    assert keys(line()) == keys(long)


@pytest.mark.parametrize(
    "change", [{"kind": "purchase_sip"}, {"amount": Decimal(5)}, {"units": Decimal(5)}, {"folio": "1"}, {"isin": "x"}]
)
def test_another_line_has_another_key(change: dict[str, object]) -> None:
    assert keys(line()) != keys(replace(line(), **change))  # type: ignore[arg-type]


def test_a_folio_of_two_people_has_two_hashes_and_needs_the_key() -> None:
    hashes = {Numbering(key, user).folio_hash("A MF", "1") for key in (KEY, KEY[::-1]) for user in (USER, uuid4())}
    assert len(hashes) == 4


def test_what_is_sent_holds_no_folio_number() -> None:
    sent = Numbering(KEY, USER).row(line())
    assert "12124203" not in repr(sent)
    assert sent["folio_masked"] == "XXXXXX0363"


@pytest.mark.parametrize(
    ("number", "shown"), [("12124203/63", "XXXXXX0363"), ("910012345678", "XXXXXXXX5678"), ("12345", "XXX45")]
)
def test_a_mask_shows_the_end_only(number: str, shown: str) -> None:
    assert mask(number) == shown
