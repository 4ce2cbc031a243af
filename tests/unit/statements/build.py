"""Statements for tests, in the JSON of casparser 1.4 and as CSV."""

import io
from datetime import date
from typing import Any

from aicoach.coaches.goals.statements import Line, Rejected, read_csv

ISIN = "INF9A1K01AA3"
OTHER_ISIN = "INF9B2K01AC6"
TODAY = date(2026, 11, 20)
HEADER = "date,kind,amc,folio,isin,amount,units,nav,scheme"
GOOD = f'05-04-2024,purchase,Meghdoot Mutual Fund,12124203 / 63,{ISIN},"₹1,23,456.78",1000,123.4568,Meghdoot Flexi Cap'


def rows_of(*lines: str, header: str = HEADER) -> list[Line | Rejected]:
    """What the CSV reader makes of these lines under a header."""
    return list(read_csv(io.BytesIO("\n".join((header, *lines)).encode()), TODAY))


def row(kind: str, amount: str | None, units: str | None, day: str = "2021-04-05", **more: Any) -> dict[str, Any]:
    """A transaction of a consolidated account statement."""
    return {"date": day, "type": kind, "amount": amount, "units": units, "nav": None, "description": "x", **more}


def scheme(*rows: dict[str, Any], isin: str | None = ISIN, **more: Any) -> dict[str, Any]:
    """A scheme whose closing units are what its rows add up to."""
    opening = float(more.get("open", 0))
    close = f"{opening + sum(float(one['units'] or 0) for one in rows):.3f}"
    printed: dict[str, Any] = {
        "scheme": "Meghdoot Flexi Cap Fund", "rta_code": "B92Z", "rta": "CAMS", "isin": isin, "open": "0",
        "close": close, "close_calculated": close, "nominees": ["SOMEBODY"], "transactions": list(rows),
    }  # fmt: skip
    return printed | more


def cas(*schemes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A detailed statement with one folio."""
    folio = {"folio": "12124203 / 63", "amc": "Meghdoot Mutual Fund", "PAN": "ABCPD1234E", "schemes": list(schemes)}
    said: dict[str, Any] = {
        "statement_period": {"from": "01-Apr-2020", "to": "31-Mar-2024"}, "cas_type": "DETAILED", "file_type": "CAMS",
        "investor_info": {"name": "A", "email": "b", "address": "c", "mobile": "d"}, "parse_warnings": [],
        "folios": [folio],
    }  # fmt: skip
    return said | more
