"""Refuses a rate told for the wrong time: a monthly amount "a year", a yearly return "a month"."""

from functools import lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.ledger import Known
from aicoach.core.guardrails.lexicon import Phrases
from aicoach.core.guardrails.text import Text

REACH: Final = 3
_OFTENER_THAN_YEARLY: Final = frozenset({"month", "week", "day", "quarter", "hour"})


@lru_cache(maxsize=1)
def _times() -> Phrases[str]:
    entries = [
        (phrase, name)
        for table in lexicon.tables()
        for section in ("durations", "frequency")
        for name, row in table[section].items()
        for phrase in row
        if phrase not in ("m", "y", "b", "min")
    ]
    return Phrases(entries)


def _told(text: Text, figure: Figure) -> str | None:
    """The time the figure is told for: "₹ 500 a month", "12% per year", "মাসে ₹ ৫০০"."""
    leads = lexicon.words("rates", "leads")
    for at in range(figure.end, min(figure.end + REACH, len(text.tokens))):
        found = _times().match(text.tokens, at)
        if found is not None:
            return found[1]
        if text.tokens[at].text not in leads:
            break
    before = _times().match(text.tokens, figure.first - 1) if figure.first else None
    return before[1] if before is not None and text.tokens[figure.first - 1].kind == "w" else None


def fits_rate(text: Text, figure: Figure, known: Known) -> bool:
    """True unless the text tells the figure for another time than its fact: a percentage is a yearly one
    unless its key or label says otherwise, an amount is for the time that they name, if any.
    """
    told = _told(text, figure)
    named = {time for time in ("month", "year") if not known.words.isdisjoint(lexicon.words("rates", time))}
    if told is None or told in named:
        return True
    return not named and not (figure.kind == Kind.PERCENT and told in _OFTENER_THAN_YEARLY)
