"""Refuses orders to deal: "sell it", "you should switch", "बेच दें", "বিক্রি করুন"; conditions and disclaimers pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.lexicon import Phrases
from aicoach.core.guardrails.policy import Policy
from aicoach.core.guardrails.text import Text, Token, fold
from aicoach.core.guardrails.violations import Code, Violation

TARGET_REACH: Final = 7
CUE_REACH: Final = 6
DISCLAIMER_REACH: Final = 9
#: More words than a text may have by default: a bound on the work, no rule.
CONDITION_REACH: Final = 500
_OPENERS: Final = frozenset('.!?:;,()।॥–—"*')


@dataclass(frozen=True, slots=True)
class _Tables:
    words: Phrases[str]
    cues: Phrases[str]
    gerund_cues: Phrases[str]
    objects: frozenset[str]
    targets: frozenset[str]
    fillers: frozenset[str]
    conditions: frozenset[str]
    then: frozenset[str]
    disclaimers: frozenset[str]
    negators: frozenset[str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    def hard_and_soft() -> Iterator[tuple[str, str]]:
        order = lexicon.tables()[0]["order"]
        yield from ((cue, "soft" if cue in order["soft"] else "hard") for cue in order["cues"])

    return _Tables(
        lexicon.phrases("order", "phrases", "strong", "weak", "gerunds"),
        Phrases(hard_and_soft()),
        lexicon.phrases("order", "gerund_cues"),
        lexicon.words("order", "object"),
        lexicon.words("order", "target"),
        lexicon.words("order", "fillers"),
        lexicon.words("order", "condition"),
        lexicon.words("order", "then"),
        lexicon.words("order", "disclaimer"),
        lexicon.words("negation", "before"),
    )


def check_orders(text: Text, policy: Policy) -> Iterator[Violation]:
    """Refuse every sentence that tells its reader to deal."""
    tokens = text.tokens
    allowed = frozenset(fold(word) for word in policy.allow)
    for at in _tables().words.starts(text):
        token = tokens[at]
        if token.kind != "w" or token.text in allowed:
            continue
        end = _order_at(text, at)
        if end is not None and text.norm[token.start : tokens[end - 1].end] not in allowed:
            yield text.at(Code.ORDER, token, tokens[end - 1])


def _order_at(text: Text, at: int) -> int | None:
    table, tokens = _tables(), text.tokens
    found = table.words.match(tokens, at)
    if found is None:
        return None
    end, sort = found
    if sort == "phrases":
        ordered = not _is_conditional(tokens, at)
    elif sort == "gerunds":
        ordered = _cue_before(tokens, at, table.gerund_cues) is not None
    else:
        ordered = _is_directive(text, at, end, sort)
    return end if ordered and not _is_disclaimed(tokens, at) else None


def _is_directive(text: Text, at: int, end: int, strength: str) -> bool:
    tokens = text.tokens
    strong, targeted = strength == "strong", _has_target(tokens, end)
    objected = _has_object(text, end) or tokens[end - 1].text == "of"
    if _opens_clause(tokens, at) and objected and (strong or targeted):
        return not _is_after_condition(tokens, at)
    cue = _cue_before(tokens, at, _tables().cues)
    if cue == "hard":
        return strong or targeted
    return cue == "soft" and strong and _has_object(text, end) and not _is_conditional(tokens, at)


def _opens_clause(tokens: Sequence[Token], at: int) -> bool:
    if at == 0 or tokens[at].line_start:
        return True
    before = tokens[at - 1]
    bullet = before.text == "-" and before.line_start
    return bullet or before.text in _OPENERS or before.sentence != tokens[at].sentence


def _is_after_condition(tokens: Sequence[Token], at: int) -> bool:
    """In a list of conditions ("if you buy, sell or switch a fund") a comma opens no order."""
    if tokens[at - 1].text != "," or at < 2:
        return False
    listed = _tables().words.match(tokens, at - 2) is not None
    return listed and _is_conditional(tokens, at, commas=False)


def _has_object(text: Text, at: int) -> bool:
    if at >= len(text.tokens):
        return False
    token, table = text.tokens[at], _tables()
    if token.kind in "mn" or token.text in table.objects or token.text in table.targets or token.text in "₹$*\"'":
        return True
    return token.kind == "w" and token.text.isascii() and token.capital


def _has_target(tokens: Sequence[Token], at: int) -> bool:
    table = _tables()
    near = tokens[at : at + TARGET_REACH]
    same = [token for token in near if token.sentence == tokens[at - 1].sentence]
    return any(token.kind == "m" or token.text in table.targets or token.text in "₹$" for token in same)


def _cue_before(tokens: Sequence[Token], at: int, cues: Phrases[str]) -> str | None:
    """The strength of the cue that ends right before the verb; fillers such as "not" or "also" may stand between."""
    last = at
    while last > 0 and tokens[last - 1].text in _tables().fillers and at - last < 3:
        last -= 1
    found: str | None = None
    for start in range(max(0, at - CUE_REACH), at):
        cue = cues.match(tokens, start)
        if cue is not None and last <= cue[0] <= at and tokens[start].sentence == tokens[at].sentence:
            found = "hard" if "hard" in (found, cue[1]) else cue[1]
    return found


def _is_conditional(tokens: Sequence[Token], at: int, commas: bool = True) -> bool:
    table = _tables()
    for token in reversed(tokens[max(0, at - CONDITION_REACH) : at]):
        if token.sentence != tokens[at].sentence or token.text in table.then or (commas and token.text in ",:;"):
            return False
        if token.text in table.conditions:
            return True
    return False


def _is_disclaimed(tokens: Sequence[Token], at: int) -> bool:
    """ "This is not advice to buy or sell anything" orders nothing."""
    table = _tables()
    near = [token for token in tokens[max(0, at - DISCLAIMER_REACH) : at] if token.sentence == tokens[at].sentence]
    for index, token in enumerate(near):
        if token.text in table.disclaimers and any(
            other.text in table.negators for other in near[max(0, index - 4) : index]
        ):
            return True
    return False
