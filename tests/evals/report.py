"""What became of each answer, counted and printed as a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aicoach.core.model import Insight

#: Of the answers that should be shown, at least so many must be.
ENOUGH = 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    """One card: what was asked, whether its words should pass, and what the pipeline made of it."""

    name: str
    locale: str
    should_pass: bool
    insight: Insight

    @property
    def passed(self) -> bool:
        """True when the model's words are shown."""
        return self.insight.source == "llm"

    @property
    def verdict(self) -> str:
        """``passed``, ``refused <rule>`` when the guard said no, or ``fell back <failure>``."""
        reason = self.insight.reason or ""
        if self.passed:
            return "passed"
        return f"refused {reason.removeprefix('guard_')}" if reason.startswith("guard_") else f"fell back {reason}"


def table(outcomes: Sequence[Outcome]) -> str:
    """Rows by verdict, columns by what was expected and language; below, the share that the bar is about."""
    kinds = [(good, locale) for good in (True, False) for locale in sorted({one.locale for one in outcomes})]
    head = [f"{'good' if good else 'bad'} {locale[:2]}" for good, locale in kinds]
    counts = Counter((one.verdict, one.should_pass, one.locale) for one in outcomes)
    lines = ["".join([f"{'':<28}", *(f"{name:>9}" for name in head)])]
    for verdict in sorted({one.verdict for one in outcomes}, key=lambda text: (text != "passed", text)):
        lines.append("".join([f"{verdict:<28}", *(f"{counts[(verdict, *kind)] or '':>9}" for kind in kinds)]))
    bad = sum(one.passed for one in outcomes if not one.should_pass)
    return "\n".join([*lines, f"accepted: {accepted(outcomes):.1%} of the good ones, {bad} of the bad ones"])


def accepted(outcomes: Sequence[Outcome]) -> float:
    """The share of good answers that are shown."""
    good = [one.passed for one in outcomes if one.should_pass]
    return sum(good) / len(good) if good else 1.0


def misjudged(outcomes: Sequence[Outcome]) -> list[str]:
    """Good answers that are not shown and bad ones that are, to read."""
    return [
        f"{one.name} [{one.locale}] {one.verdict}: {one.insight.body_md}"
        for one in outcomes
        if one.passed != one.should_pass
    ]
