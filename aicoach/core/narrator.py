"""Turns findings into words: the template always exists; a model's words replace it only if they pass."""

from typing import Any

from aicoach.core.model import Coach, Finding, Insight, Recommendation, Run
from aicoach.core.phrases import Phrases
from aicoach.core.relay import Relay
from aicoach.core.wire import finding_data


class Voice:
    """The words of one run: here, a coach's templates."""

    #: True when saying something costs money, so that the ledger is asked first.
    costs: bool = False

    def __init__(self, coach: Coach[Any], run: Run) -> None:
        self.coach, self.run = coach, run
        self.phrases = Phrases.load(coach.phrases)

    async def say(self, finding: Finding, task: str, *, free: bool = False) -> Insight:
        """The finding in words for the reader's locale; ``free`` forbids anything that costs."""
        return self.template(finding)

    def template(self, finding: Finding, reason: str | None = None) -> Insight:
        """The finding in the coach's own words. Raises ValueError when a phrase asks for an unknown fact."""
        locale = self.run.locale
        words = self.phrases.render(finding.phrase, finding.facts, locale)
        hints = (self.phrases.render(hint.phrase, finding.facts, locale) for hint in finding.hints)
        return Insight(
            finding=finding,
            title=words.title,
            body_md=words.body_md,
            data=finding_data(finding, locale, self.phrases.labels(locale)),
            reason=reason,
            recommendations=tuple(
                Recommendation(hint.key, said.title, said.body_md, hint.action)
                for hint, said in zip(finding.hints, hints, strict=True)
            ),
        )


class Narrator:
    """Gives every run its voice."""

    def voice(self, coach: Coach[Any], run: Run, relay: Relay) -> Voice:
        """The voice of one run."""
        return Voice(coach, run)
