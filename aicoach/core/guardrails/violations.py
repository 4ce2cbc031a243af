"""Why a text may not be shown: one code per rule."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The rule that was broken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    INCOMPLETE = "incomplete"
    PLACEHOLDER = "placeholder"
    CHARACTER = "character"
    SCRIPT = "script"
    MARKUP = "markup"
    LINK = "link"
    CONTACT = "contact"
    PII = "pii"
    ROLE = "role"
    NUMBER = "number"
    ROUNDING = "rounding"
    UNIT = "unit"
    SIGN = "sign"
    LABEL = "label"
    DATE = "date"
    PERIOD = "period"
    RANK = "rank"
    NAME = "name"
    GUARANTEE = "guarantee"
    ORDER = "order"
    SUPERLATIVE = "superlative"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule; ``span`` are offsets into the text that was checked, ``text`` what stands there."""

    code: Code
    span: tuple[int, int]
    text: str
