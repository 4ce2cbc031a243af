"""Keys that say the same thing in every file, and folio numbers that nobody can read back."""

import hmac
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
    folios = [Numbering(key, user).folio("A MF", "1") for key in (KEY, KEY[::-1]) for user in (USER, uuid4())]
    assert len({folio["folio_hash"] for folio in folios}) == 4


@pytest.mark.parametrize("amc", ["Meghdoot MF", "MEGHDOOT  Mutual Fund", "Meghdoot Asset Management Company Limited"])
def test_one_fund_house_is_one_folio_however_it_is_written(amc: str) -> None:
    """The same lines in two files are the same lines, whatever each file calls the house."""
    assert keys(replace(line(), amc=amc)) == keys(line())
    assert Numbering(KEY, USER).folio(amc, "1") == Numbering(KEY, USER).folio(line().amc, "1")
    assert keys(replace(line(), amc="Sagarmatha MF")) != keys(line())


def before(amc: str, number: str) -> tuple[str, str]:
    """A folio as it was stored when the file's own words were the house's name."""
    said = "\x1f".join((str(USER), amc.casefold(), number)).encode()
    return amc, hmac.digest(KEY, said, "sha256").hex()


def test_what_was_stored_under_another_name_of_the_house_is_found_by_every_name() -> None:
    stored = before("Meghdoot MF", line().folio)
    for amc in ("Meghdoot MF", "Meghdoot Mutual Fund", "meghdoot amc"):
        folio = Numbering(KEY, USER, [stored]).folio(amc, line().folio)
        assert (folio["amc"], folio["folio_hash"]) == stored
    others = Numbering(KEY, USER, [stored])
    assert others.folio("Meghdoot MF", "987") == Numbering(KEY, USER).folio("Meghdoot Mutual Fund", "987")
    assert others.folio("Sagarmatha MF", line().folio)["amc"] == "Sagarmatha Mutual Fund"


def test_where_both_names_are_stored_a_file_is_known_by_its_own() -> None:
    """Two files that were imported under two names: each of them, imported again, still adds nothing."""
    names = ("Meghdoot MF", "Meghdoot Mutual Fund")
    numbering = Numbering(KEY, USER, [before(amc, "1") for amc in names])
    assert [numbering.folio(amc, "1")["amc"] for amc in names] == list(names)


def test_what_is_sent_holds_no_folio_number() -> None:
    sent = Numbering(KEY, USER).row(line())
    assert "12124203" not in repr(sent)
    assert sent["folio_masked"] == "XXXXXX0363"


@pytest.mark.parametrize(
    ("number", "shown"), [("12124203/63", "XXXXXX0363"), ("910012345678", "XXXXXXXX5678"), ("12345", "XXX45")]
)
def test_a_mask_shows_the_end_only(number: str, shown: str) -> None:
    assert mask(number) == shown
