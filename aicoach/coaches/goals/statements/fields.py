"""Single values as Indian statements and spreadsheets write them: dates, grouped numbers, identifiers."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2}|[A-Za-z]{3,9})\2([0-9]{4})")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIRST_YEAR: Final = 1964  # India's first mutual-fund units
_CURRENCY: Final = re.compile(r"(?:₹|Rs\.?|INR)\s*", re.IGNORECASE)
# Groups of two or three digits, the last of three: 1,23,456.78 and 123,456.78, but not 1.234,56 or 12,34.
_NUMBER: Final = re.compile(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{2,3}){0,5},[0-9]{3})(?:\.[0-9]{0,10})?|\.[0-9]{1,10}")
_ISIN: Final = re.compile(r"INF[0-9A-Z]{8}[0-9]")
_FOLIO: Final = re.compile(r"[0-9A-Z]{2,20}(?:/[0-9A-Z]{1,6})?")
# A fund's name, or that of the company that manages it: HDFC MF, HDFC Asset Management Company Limited.
_AMC: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9 .&'()-]{0,70} (?:mutual ?fund|mf|fund ?house|(?:amc|(?:asset|funds|investment|money)"
    r" (?:management|managers?))(?: company| co\.?)?(?: \(?india\)?)?(?: private| pvt\.?)?(?: limited| ltd\.?)?)",
    re.IGNORECASE,
)


def read_date(text: str) -> date | None:
    """ISO (2024-04-05), or day first with a number or an English month; None for anything else."""
    text = text.strip()
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        return _date(int(match[4]), _month(match[3]), int(match[1]))
    return None


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    known = text[:3].lower()
    return _MONTHS.index(known) + 1 if known in _MONTHS else 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _FIRST_YEAR else None
    except ValueError:
        return None


def read_number(text: str) -> Decimal | None:
    """A number with Indian or western grouping, ₹, a leading minus or parentheses; None for an empty cell.

    Raises ValueError for what is no number or could be read in two ways.
    """
    text = text.replace("\u00a0", " ").replace("\u2212", "-").strip()
    if not text or text == "-":
        return None
    negative = text.startswith("(") and text.endswith(")")
    text = _CURRENCY.sub("", text[1:-1].strip() if negative else text, count=1).strip()
    if text.startswith("-") and not negative:
        negative, text = True, _CURRENCY.sub("", text[1:].strip(), count=1)
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    value = Decimal(text.replace(",", ""))
    return -value if negative else value


def read_isin(text: str | None) -> str | None:
    """A mutual fund's ISIN with a right check digit (ISO 6166), in capitals; None for anything else."""
    text = (text or "").strip().upper()
    return text if _ISIN.fullmatch(text) and _passes_luhn(text) else None


def _passes_luhn(isin: str) -> bool:
    digits = "".join(str(int(char, 36)) for char in isin)
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def read_folio(text: str) -> str | None:
    """A folio number without spaces, such as 12124203/63; None for what is none."""
    text = "".join(text.split()).upper()
    return text if _FOLIO.fullmatch(text) and sum(char.isdigit() for char in text) >= 2 else None


def read_amc(text: str) -> str | None:
    """A fund house's name. Only names that say that they are one pass: the column is stored, and people are not."""
    text = " ".join(text.split())
    return text if _AMC.fullmatch(text) else None
