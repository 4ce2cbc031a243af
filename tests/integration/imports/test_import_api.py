"""POST /import: preview, import, import again, and every way it can be refused (issue 4 item 9)."""

import json
from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from tests.fixtures.statements import people
from tests.fixtures.statements.printed import Folio, Row, Scheme, print_statement
from tests.fixtures.statements.samples import (
    COUNTED,
    FLEXI,
    FLEXI_SCHEME,
    FOLIOS,
    HEADER,
    csv_file,
    csv_row,
    depository,
)
from tests.integration.imports.conftest import Stored, Upload
from tests.support.people import Person


def counts(answer: httpx.Response) -> tuple[int, int, int, int]:
    """added, known, folios_added, rejected_rows; and they add up."""
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["rows"] == told["added"] + told["known"] + told["rejected_rows"]
    return told["added"], told["known"], told["folios_added"], told["rejected_rows"]


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    return problem


async def test_a_preview_says_what_would_change_and_changes_nothing(upload: Upload, stored: Stored) -> None:
    answer = await upload(print_statement(FOLIOS), people.PASSWORD, dry_run=True)
    assert counts(answer) == (COUNTED, 0, 2, 0)
    told = answer.json()
    assert (told["file_kind"], told["issuer"], told["dry_run"]) == ("cas_pdf", "CAMS", True)
    assert told["period"] == {"from": "2020-01-01", "to": "2024-03-31"}
    assert told["schemes"][0] == {
        "name": "Meghdoot Flexi Cap Fund - Direct Plan - Growth",
        "isin": FLEXI,
        "transactions": COUNTED - 1,
        "units_close": "140",
    }
    assert [(one["code"], one["count"]) for one in told["warnings"]] == [("refunds", 2), ("notices", 1)]
    assert all(one["text"] for one in told["warnings"])
    assert await stored() == []


async def test_importing_twice_is_importing_once(upload: Upload, stored: Stored) -> None:
    pdf = print_statement(FOLIOS)
    assert counts(await upload(pdf, people.PASSWORD)) == (COUNTED, 0, 2, 0)
    before = await stored()
    assert counts(await upload(pdf, people.PASSWORD)) == (0, COUNTED, 0, 0)
    assert await stored() == before
    # Two equal instalments of one day are there twice; what came back is not there at all.
    assert [row["kind"] for row in before].count("purchase_sip") == 3
    assert [row["kind"] for row in before].count("stamp_duty_tax") == 2


async def test_an_overlapping_file_adds_only_what_is_new(upload: Upload, stored: Stored) -> None:
    first, second, third = (date(2024, month, 5) for month in (4, 5, 6))
    assert counts(await upload(csv_file(csv_row(first), csv_row(second)))) == (2, 0, 1, 0)
    overlapping = csv_file(csv_row(second), csv_row(second), csv_row(third))
    assert counts(await upload(overlapping, dry_run=True)) == (2, 1, 0, 0)
    assert counts(await upload(overlapping)) == (2, 1, 0, 0)
    assert len(await stored()) == 4


async def test_a_statement_and_its_json_are_the_same_lines(upload: Upload) -> None:
    """casparser's JSON, as its own command line writes it, adds nothing to the PDF it was made of."""
    import io

    import casparser

    # Printed without an ISIN list that knows these invented funds, so the list's answer is put right by hand.
    told = json.loads(casparser.read_cas_pdf(io.BytesIO(print_statement(FOLIOS)), people.PASSWORD, output="json"))
    for folio, printed in zip(told["folios"], FOLIOS, strict=True):
        for scheme, of in zip(folio["schemes"], printed.schemes, strict=True):
            scheme["isin"] = of.isin
    answer = await upload(json.dumps(told).encode())
    assert counts(answer) == (COUNTED, 0, 2, 0)
    assert answer.json()["file_kind"] == "cas_json"
    assert counts(await upload(print_statement(FOLIOS), people.PASSWORD)) == (0, COUNTED, 0, 0)


async def test_a_later_statement_goes_on_where_the_earlier_one_ended(upload: Upload) -> None:
    """A statement that begins with units is taken when those units are known, and only then."""
    later = Scheme(FLEXI, FLEXI_SCHEME.name, [Row(date(2023, 5, 5), "Purchase", "530.00", "10.000", "53.0")], "140.000")
    pdf = print_statement([Folio(FOLIOS[0].amc, people.FOLIO, [later])], (date(2023, 1, 1), date(2023, 12, 31)))
    answer = await upload(pdf, people.PASSWORD)
    assert counts(answer) == (0, 0, 0, 1)
    assert answer.json()["rejected"][0]["code"] == "opening_unknown"
    await upload(print_statement(FOLIOS), people.PASSWORD)
    answer = await upload(pdf, people.PASSWORD)
    assert counts(answer) == (1, 0, 0, 0)
    assert answer.json()["schemes"][0]["units_close"] == "150"


async def test_what_another_file_told_in_other_words_is_not_counted_twice(upload: Upload, stored: Stored) -> None:
    """A CSV calls an instalment a purchase; the statement that has it as an instalment is not laid over it."""
    told = csv_row(date(2021, 4, 5), "4,999.75", "100").replace(",SIP,", ",purchase,")
    assert counts(await upload(csv_file(told))) == (1, 0, 1, 0)
    answer = await upload(print_statement(FOLIOS), people.PASSWORD)
    assert counts(answer) == (1, 0, 1, COUNTED - 1)
    assert answer.json()["rejected"][0]["code"] == "conflict"
    assert len(await stored()) == 2


async def test_a_scheme_that_does_not_add_up_is_left_out_and_the_rest_goes_on(upload: Upload) -> None:
    broken = Scheme(FLEXI_SCHEME.isin, FLEXI_SCHEME.name, FLEXI_SCHEME.rows, closing="150.000")
    pdf = print_statement([Folio("Meghdoot Mutual Fund", people.FOLIO, [broken]), FOLIOS[1]])
    answer = await upload(pdf, people.PASSWORD)
    assert counts(answer) == (1, 0, 1, COUNTED - 1)
    (entry,) = answer.json()["rejected"]
    assert (entry["row"], entry["rows"], entry["code"]) == (1, COUNTED - 1, "scheme_warned")
    assert entry["reason"]
    assert entry["scheme"] == broken.name


async def test_each_refused_row_is_named_with_its_reason(upload: Upload, stored: Stored) -> None:
    good = csv_row(date(2024, 4, 5))
    answer = await upload(
        csv_file(good, csv_row(date(2024, 5, 5), amount="lots"), "", csv_row(date(2024, 6, 5), isin="X"))
    )
    assert counts(answer) == (1, 0, 1, 2)
    assert [(row["row"], row["code"]) for row in answer.json()["rejected"]] == [(3, "amount"), (5, "isin")]
    assert len(await stored()) == 1


#: What casparser makes of a registrar's summary.
SUMMARY = json.dumps(
    {
        "file_type": "CAMS",
        "cas_type": "SUMMARY",
        "statement_period": {"from": "01-Apr-2024", "to": "30-Sep-2024"},
        "folios": [],
    }
).encode()


async def test_thirty_years_in_one_pdf(upload: Upload, stored: Stored) -> None:
    """Over 5,000 transactions: an instalment a month into fourteen folios, since 1994."""
    days = [date(1994 + month // 12, month % 12 + 1, 5) for month in range(360)]
    rows = [Row(day, f"SIP Purchase - Instalment {n}", "1000.00", "10.000", "100.0") for n, day in enumerate(days)]
    folios = [Folio("Meghdoot Mutual Fund", f"{10_000_000 + n}", [Scheme(FLEXI, "A Fund", rows)]) for n in range(14)]
    pdf = print_statement(folios, (date(1994, 1, 1), date(2024, 3, 31)))
    assert len(pdf) < 4 * 1024 * 1024
    assert counts(await upload(pdf, people.PASSWORD)) == (14 * 360, 0, 14, 0)
    assert len(await stored()) == 5040


async def test_a_wrong_password_is_told_as_such(upload: Upload, stored: Stored) -> None:
    pdf = print_statement(FOLIOS)
    for password in (None, "", "wrong-Pa55word"):
        problem = refused(await upload(pdf, password), 422, "wrong_password")
        assert "wrong-Pa55word" not in str(problem)
    assert await stored() == []


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (b"", "not_a_statement", "empty"),
        (b"hello", "not_a_statement", "no_header"),
        (b"%PDF-1.7 nothing", "not_a_statement", "not_a_statement"),
        (b"{}", "not_a_statement", "not_a_statement"),
        (b"[" * 100_000, "not_a_statement", "not_a_statement"),
        (b'{"a": NaN}', "not_a_statement", "not_a_statement"),
        (b"\xff\xd8\xff\xe0" + bytes(2000), "not_a_statement", "no_header"),
        (HEADER.replace("isin,", "").encode(), "not_a_statement", "no_header"),
        (HEADER.replace("nav", "Date").encode(), "not_a_statement", "repeated_column"),
        (depository(), "not_a_statement", "no_funds"),
        (SUMMARY, "balances_only", "summary_only"),
    ],
)
async def test_what_is_no_statement_is_refused(upload: Upload, data: bytes, code: str, reason: str) -> None:
    problem = refused(await upload(data), 422, code)
    assert (problem["retryable"], problem["reason"]) == (False, reason)
    assert ("isin" in problem["names"]) is (reason == "no_header")
    if code == "balances_only":
        assert "(XIRR) is not available" in problem["detail"]


async def test_a_file_over_the_limit_is_413(upload: Upload) -> None:
    refused(await upload(csv_file(csv_row(date(2024, 4, 5))) + b"\n" * (4 * 1024 * 1024)), 413, "too_large")


FILE = ("statement.csv", csv_file(csv_row(date(2024, 4, 5))), "text/csv")
BROKEN = {"content-type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    "form",
    [
        {"data": {"file": "text"}, "files": {"x": FILE}},
        {"data": {"password": "x"}, "files": {"password": FILE}},
        {"files": {"file": FILE}, "data": {"other": "x"}},
        {"files": {"file": FILE}, "data": {"allow_duplicates": "perhaps"}},
        {"files": {"file": FILE}, "data": {"password": ["a", "b"]}},
        {"files": {"file": FILE}, "data": {"password": "x" * 5000}},
        {"files": [("file", FILE), ("file", FILE)]},
        {"files": {"file": FILE}, "params": {"dry_run": "perhaps"}},
        {"json": {"file": "x"}},
        {"content": b"--x\r\n", "headers": BROKEN},
        {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary="}},
    ],
)
async def test_a_form_of_another_shape_is_422(http: httpx.AsyncClient, person: Person, form: dict[str, Any]) -> None:
    headers = person.headers | form.get("headers", {})
    answer = await http.post("/api/aicoach/import", **{**form, "headers": headers})
    refused(answer, 422, "invalid")


async def test_only_its_owner_can_import(
    http: httpx.AsyncClient, upload: Upload, stored: Stored, stranger: Person
) -> None:
    form = {"files": {"file": ("a", csv_file(csv_row(date(2024, 4, 5))))}}
    refused(await http.post("/api/aicoach/import", **form), 401, "unauthorized")  # type: ignore[arg-type]
    await upload(csv_file(csv_row(date(2024, 4, 5))), who=stranger)
    assert await stored() == []


async def test_one_folio_of_two_people_cannot_be_told_from_the_table(
    upload: Upload, owner: asyncpg.Connection, person: Person, stranger: Person
) -> None:
    for who in (person, stranger):
        await upload(csv_file(csv_row(date(2024, 4, 5))), who=who)
    sql = "select number_hash, number_masked from folios where user_id = any($1)"
    rows = await owner.fetch(sql, [person.user_id, stranger.user_id])
    assert {row["number_masked"] for row in rows} == {"XXXXXX0363"}
    assert len({row["number_hash"] for row in rows}) == 2


async def test_a_csv_with_thousands_of_bad_rows_counts_them_all(upload: Upload) -> None:
    answer = await upload(csv_file(*(csv_row(date(2024, 4, 5) + timedelta(days=n % 9), isin="X") for n in range(3000))))
    assert counts(answer) == (0, 0, 0, 3000)
    assert len(answer.json()["rejected"]) == 500
    assert [(one["code"], one["count"]) for one in answer.json()["warnings"]] == [("more_rejected", 2500)]
