"""What a test asks of any card: its facts, and that its words and hints pass the guard."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from aicoach.coaches.goals import COACH
from aicoach.core.guardrails import check_narration, check_sentence
from aicoach.core.model import Finding
from aicoach.core.phrases import Phrases, Words

PHRASES = Phrases.load(COACH.phrases)


def facts(finding: Finding) -> dict[str, Any]:
    return {key: fact.value for key, fact in finding.facts.items()}


def words(finding: Finding) -> list[Words]:
    """The card, then its hints."""
    names = (finding.phrase, *(hint.phrase for hint in finding.hints))
    return [PHRASES.render(name, finding.facts) for name in names]


def check(finding: Finding) -> None:
    """DESIGN 5: whatever wrote a text, the guard reads it; every fact explains itself."""
    assert all(fact.label and fact.how for fact in finding.facts.values())
    for said in words(finding):
        assert check_sentence(said.title, finding.facts, policy=COACH.policy) == [], said.title
        assert check_narration(said.body_md, finding.facts, policy=COACH.policy) == [], said.body_md


def would_speak_again(before: Finding, after: Finding) -> bool:
    """What the ledger decides from triggers (DESIGN 3.7), for one topic."""
    assert before.topic.key == after.topic.key
    said = {name: trigger.value for name, trigger in before.topic.triggers.items()}
    return any(_moved(said, name, after) for name in after.topic.triggers)


def _moved(said: Mapping[str, Any], name: str, after: Finding) -> bool:
    trigger = after.topic.triggers[name]
    if name not in said or (said[name] is None) != (trigger.value is None):
        return True
    if trigger.value is None:
        return False
    if trigger.threshold is None:
        return bool(said[name] != trigger.value)
    scale = abs(said[name]) if trigger.relative else 1
    return bool(abs(Decimal(trigger.value) - said[name]) > trigger.threshold * scale)
