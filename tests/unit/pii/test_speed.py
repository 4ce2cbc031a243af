"""No text makes redaction slow: work grows with length and no faster (security row 33)."""

import time
from collections.abc import Callable

import pytest

from aicoach.tools.pii import redact
from aicoach.tools.pii.labels import labelled
from aicoach.tools.pii.rules import ADDRESS_RULES, MIXED_RULES, NUMBER_RULES, Rule, matches

SIZE = 100_000
RULES = (*ADDRESS_RULES, *MIXED_RULES, *NUMBER_RULES)
UNITS = [
    "a", "A", "9", "1", "0", "@", ".", "-", " ", "/", "+", "(", "\u0967", "\u200b", "\n",
    "a@", "a.", "@a.", "a@a", "a@b.c", "a-a.", "9 ", "9-", "9.", "98765 ", "9876543210", "9876543210 ",
    "2341 2341 ", "234123412346", "2341-", "+91", "+9 ", "(9", "0 ", "00 91 ", "12345678/", "folio ", "folio no ",
    "folio 1234567", "account no. ", "a/c:", "PAN ", "ABCP", "ABCPD1234", "A B C P D 1 ", "IN300394", "[at] ", "a[at]",
    " at gmail dot ", "a at ", "call +", "call 9 ", "1208 ", "4111 ", "bank 12345678901 ", "12345678901", "eyJ", "Rs ",
]  # fmt: skip


def adversarial() -> dict[str, str]:
    return {ascii(unit): (unit * (SIZE // len(unit) + 1))[:SIZE] for unit in UNITS}


def best_of(work: Callable[[], object], runs: int) -> float:
    """The quickest run in seconds of CPU time: other processes do not count."""
    times = []
    for _ in range(runs):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind} {rule.form.source[:24]}")
def test_each_pattern_takes_under_50_ms_on_100_kb(rule: Rule) -> None:
    pattern = rule.form.pattern
    for name, text in adversarial().items():
        spent = best_of(lambda text=text: sum(1 for _ in pattern.finditer(text)), 1)  # type: ignore[misc]
        if spent >= 0.05:
            spent = best_of(lambda text=text: sum(1 for _ in pattern.finditer(text)), 5)  # type: ignore[misc]
        assert spent < 0.05, name


@pytest.mark.parametrize("find", [labelled, matches], ids=["labelled", "matches"])
def test_work_grows_no_faster_than_the_text(find: Callable[[str], object]) -> None:
    """Ten times the text takes about ten times as long; a quadratic form would take a hundred times."""
    for name, text in adversarial().items():
        short = best_of(lambda text=text: sum(1 for _ in find(text[: SIZE // 10])), 3)  # type: ignore[misc, attr-defined]
        long = best_of(lambda text=text: sum(1 for _ in find(text)), 1)  # type: ignore[misc, attr-defined]
        assert long < 40 * short + 0.05, name


def test_redaction_of_100_kb_stays_in_bounds() -> None:
    for name, text in adversarial().items():
        assert best_of(lambda text=text: redact(text), 1) < 2.0, name  # type: ignore[misc]


def test_plain_records_cost_next_to_nothing() -> None:
    cost = best_of(lambda: [redact("task committed after 2 attempts") for _ in range(1000)], 5)
    assert cost / 1000 < 20e-6
