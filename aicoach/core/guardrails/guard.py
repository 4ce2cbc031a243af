"""Reads a finished text against the facts. Empty answer: it may be shown."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails.characters import check_characters, check_digits
from aicoach.core.guardrails.claims import check_claims
from aicoach.core.guardrails.dates import check_dates, find_dates, find_periods
from aicoach.core.guardrails.figure import Figure
from aicoach.core.guardrails.figures import find_figures
from aicoach.core.guardrails.grounding import ground_figures, in_label
from aicoach.core.guardrails.labels import check_labels
from aicoach.core.guardrails.ledger import Ledger
from aicoach.core.guardrails.markup import check_markup, check_pii
from aicoach.core.guardrails.names import check_names, short_forms
from aicoach.core.guardrails.orders import check_orders
from aicoach.core.guardrails.policy import STRICT, Policy
from aicoach.core.guardrails.text import Text
from aicoach.core.guardrails.violations import Code, Violation
from aicoach.core.model import Fact

_ENDS: Final = frozenset(".!?।॥")
_CLOSERS: Final = "*\"'”’) \n\u00a0"
_PAIRS: Final = ("()", "“”")


def check_narration(
    text: str, facts: Mapping[str, Fact], locale: str = "en-IN", policy: Policy = STRICT
) -> list[Violation]:
    """What forbids showing ``text``, in order of place; empty when it may be shown.

    Every figure, date, period and name in it must be one of ``facts`` at the precision it is printed with,
    told in the right unit and direction; a fact without a value justifies none. Nothing may promise, order,
    praise, link, mark up or identify (DESIGN §5; notes of the SEBI advertisement code). Pure; never raises.
    """
    whole = [*_check_length(text, policy), *_check_completeness(text)]
    # A text beyond the limit is not worth reading: the rules must not cost more than the limit allows.
    read = [] if any(found.code == Code.TOO_LONG for found in whole) else _check(text, facts, locale, policy)
    return _in_order([*whole, *read])


def check_sentence(
    sentence: str, facts: Mapping[str, Fact], locale: str = "en-IN", policy: Policy = STRICT
) -> list[Violation]:
    """The rules of :func:`check_narration` for a part of a text (a title, a streamed sentence): all but its end."""
    whole = list(_check_length(sentence, policy))
    return _in_order(whole or _check(sentence, facts, locale, policy))


def _check(raw: str, facts: Mapping[str, Fact], locale: str, policy: Policy) -> list[Violation]:
    text, ledger = Text(raw), _ledger(tuple((key, fact, type(fact.value)) for key, fact in facts.items()))
    text.mask(short_forms(ledger.names, policy.name_kinds))
    found = [*check_characters(text, ledger.shown_names), *check_digits(text), *check_markup(text), *check_pii(text)]
    dates = find_dates(text)
    figures = find_figures(text, frozenset(at for said in dates for at in range(said.first, said.end)))
    periods = list(find_periods(text, figures))
    found += check_dates(text, dates, ledger.dates)
    found += [period for period in periods if isinstance(period, Violation)]
    counted = sorted([*figures, *(period for period in periods if isinstance(period, Figure))], key=_place)
    faults, meant = ground_figures(text, counted, ledger)
    found += faults
    found += check_labels(text, [figure for figure in figures if not in_label(text, figure, ledger)], ledger, meant)
    found += [*check_names(text, ledger, policy.name_kinds), *check_orders(text, policy)]
    return [*found, *check_claims(text, figures, policy)]


@lru_cache(maxsize=64)
def _ledger(facts: tuple[tuple[str, Fact, type], ...]) -> Ledger:
    """Facts are arranged once, however many sentences are held to them; the types tell True from 1."""
    return Ledger({key: fact for key, fact, _ in facts})


def _place(figure: Figure) -> int:
    return figure.first


def _in_order(found: Iterable[Violation]) -> list[Violation]:
    return sorted(dict.fromkeys(found), key=lambda violation: (violation.span, violation.code))


def _check_length(text: str, policy: Policy) -> Iterator[Violation]:
    if not any(char.isalpha() for char in text[: policy.max_chars]):
        yield Violation(Code.EMPTY, (0, len(text)), "")
    if len(text) > policy.max_chars:
        yield Violation(Code.TOO_LONG, (policy.max_chars, len(text)), "")


def _check_completeness(text: str) -> Iterator[Violation]:
    """A text must end like a finished sentence; a last line of a list may end without a full stop."""
    core = text.rstrip(_CLOSERS)
    last = core.rsplit("\n", 1)[-1]
    listed = last.startswith("- ") and (core[-1].isalnum() or core[-1] in "%)")
    cut = core.endswith(("...", "..")) or not (core[-1:] in _ENDS or listed)
    unpaired = any(text.count(left) != text.count(right) for left, right in _PAIRS)
    if core and (cut or unpaired):
        yield Violation(Code.INCOMPLETE, (max(0, len(core) - 1), len(text)), core[-1:])
