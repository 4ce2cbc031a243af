"""Turns a finding into words: the template always exists; a model's words replace it only if they pass."""

from typing import Any

from aicoach.core.model import Coach, Finding, Insight, Recommendation, Run
from aicoach.core.phrases import Phrases
from aicoach.core.wire import finding_data


class Narrator:
    """Template words from a coach's ``phrases/`` folder."""

    #: True when saying something costs money, so that the ledger is asked first.
    costs: bool = False

    async def say(self, coach: Coach[Any], run: Run, finding: Finding, *, free: bool = False) -> Insight:
        """The finding in words for the reader's locale; ``free`` forbids anything that costs."""
        return self.template(coach, run, finding)

    def template(self, coach: Coach[Any], run: Run, finding: Finding) -> Insight:
        """The finding in the coach's own words. Raises ValueError when a phrase asks for an unknown fact."""
        phrases = Phrases.load(coach.phrases)
        words = phrases.render(finding.phrase, finding.facts, run.locale)
        hints = (phrases.render(hint.phrase, finding.facts, run.locale) for hint in finding.hints)
        return Insight(
            finding=finding,
            title=words.title,
            body_md=words.body_md,
            data=finding_data(finding, run.locale),
            recommendations=tuple(
                Recommendation(hint.key, said.title, said.body_md, hint.action)
                for hint, said in zip(finding.hints, hints, strict=True)
            ),
        )
