"""What became of each answer, counted and printed as a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aicoach.core.model import Insight

#: Of the answers that should be shown, at least so many must be.
ENOUGH = 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    """One card: what was asked and of which kind, whether its words should pass, and what the pipeline made of it."""

    name: str
    kind: str
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
    """Verdicts by what was expected and language, the same by kind, and the share that the bar is about."""
    columns = [(good, locale) for good in (True, False) for locale in sorted({one.locale for one in outcomes})]
    head = [f"{'good' if good else 'bad'} {locale[:2]}" for good, locale in columns]
    counts = Counter((one.verdict, one.should_pass, one.locale) for one in outcomes)
    lines = ["".join([f"{'':<28}", *(f"{name:>9}" for name in head)])]
    for verdict in sorted({one.verdict for one in outcomes}, key=lambda text: (text != "passed", text)):
        lines.append("".join([f"{verdict:<28}", *(f"{counts[(verdict, *column)] or '':>9}" for column in columns)]))
    bad = sum(one.passed for one in outcomes if not one.should_pass)
    return "\n".join(
        [*lines, *_by_kind(outcomes), f"accepted: {accepted(outcomes):.1%} of the good ones, {bad} of the bad ones"]
    )


def _by_kind(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """How many are shown and how many refused, of the good and of the bad answers of each kind."""
    counts = Counter((one.kind, one.should_pass, one.passed) for one in outcomes)
    for kind in sorted({one.kind for one in outcomes}):
        parts = [
            f"{name} {counts[kind, good, True]} accepted, {counts[kind, good, False]} refused"
            for good, name in ((True, "good"), (False, "bad"))
        ]
        yield f"{kind:<28}{'; '.join(parts)}"


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
