"""Prints numbers and money for a reader: ₹ 12,34,567 in Indian grouping, in the digits of the locale.

One layout everywhere: sign, symbol, a plain space, digits (``-₹ 12,34,567``). Rounding is half up (away from
zero), the rule people are taught; a value that rounds to zero has no sign. Grouping comes from CLDR (babel).
"""

import tomllib
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from babel import Locale

LAKH: Final = Decimal(100_000)
CRORE: Final = Decimal(10_000_000)
#: Largest magnitude that is printed; anything above is a defect of whoever computed it.
LIMIT: Final = Decimal(10) ** 24

Number = Decimal | int | float


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files("aicoach.tools").joinpath("money.toml").read_text("utf-8"))


@lru_cache(maxsize=64)
def cldr_locale(tag: str) -> "Locale":
    """The CLDR locale of a tag such as ``hi-IN``; an unknown one reads as en-IN."""
    # Imported at the first formatting: a cold start must not pay for CLDR.
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_IN")


def language(locale: str) -> str:
    """The language part of a locale tag: ``hi`` for ``hi-IN``."""
    return locale.replace("_", "-").split("-", 1)[0].lower()


@lru_cache(maxsize=64)
def _digits(locale: str) -> dict[int, int] | None:
    zero = _words()["zero"].get(cldr_locale(locale).default_numbering_system, "0")
    return None if zero == "0" else {ord("0") + step: ord(zero) + step for step in range(10)}


def local_digits(text: str, locale: str) -> str:
    """``text`` with its Latin digits in the locale's own (CLDR default numbering system)."""
    table = _digits(locale)
    return text if table is None else text.translate(table)


def _finite(value: Number) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite() or abs(exact) > LIMIT:
        raise ValueError("not a number that can be printed")
    return exact


def round_half_up(value: Number, places: int) -> Decimal:
    """``value`` at ``places`` decimals, ties away from zero, never minus zero; ValueError when not finite."""
    exact = _finite(value)
    with localcontext() as context:
        context.prec = 60
        rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return rounded if rounded else abs(rounded)


def format_number(value: Number, locale: str = "en-IN", places: int = 2, keep_zeros: bool = False) -> str:
    """``12,34,567.89`` with at most ``places`` decimals (exactly so many with ``keep_zeros``).

    Raises ValueError for NaN, infinities and magnitudes above 1e24.
    """
    from babel.numbers import format_decimal

    rounded = round_half_up(value, places)
    fraction = "." + ("0" if keep_zeros else "#") * places if places else ""
    grouped = cldr_locale(locale).decimal_formats[None].pattern.split(".")[0]
    with localcontext() as context:
        context.prec = 60
        text = format_decimal(rounded, format=grouped + fraction, locale=cldr_locale(locale))
    return local_digits(text, locale)


def format_money(value: Number, currency: str, locale: str = "en-IN", places: int | None = None) -> str:
    """Sign, symbol, space, digits: ``$ 1,234.50``; ``places`` defaults to 0 for INR, else to the currency's own.

    Raises ValueError as :func:`format_number`.
    """
    from babel.numbers import get_currency_precision, get_currency_symbol

    if places is None:
        places = 0 if currency == "INR" else get_currency_precision(currency)
    rounded = round_half_up(value, places)
    symbol = get_currency_symbol(currency, locale=cldr_locale(locale))
    return f"{'-' if rounded < 0 else ''}{symbol} {format_number(abs(rounded), locale, places, keep_zeros=True)}"


def format_inr(value: Number, locale: str = "en-IN", places: int = 0) -> str:
    """``₹ 12,34,567``: rupees in Indian grouping, whole unless ``places`` asks for paise; ``-₹ 500`` below zero.

    Raises ValueError as :func:`format_number`.
    """
    return format_money(value, "INR", locale, places)


def format_inr_words(value: Number, locale: str = "en-IN", places: int = 2) -> str:
    """``₹ 12.35 lakh``, ``₹ 1.2 crore``: from one lakh on in words, below as :func:`format_inr`.

    At most ``places`` decimals. The unit is chosen after rounding, so 99,99,999 is ``₹ 1 crore``.
    Raises ValueError as :func:`format_number`.
    """
    exact = _finite(value)
    if abs(exact) < LAKH:
        return format_inr(exact, locale)
    words = _words()["words"].get(language(locale), _words()["words"]["en"])
    name, amount = "lakh", round_half_up(abs(exact) / LAKH, places)
    if amount >= CRORE / LAKH:
        name, amount = "crore", round_half_up(abs(exact) / CRORE, places)
    return f"{'-' if exact < 0 else ''}₹ {format_number(amount, locale, places)} {words[name]}"
