"""The real narrator for one finding, without a database: nothing limits it and nothing is remembered."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from aicoach.app.bootstrap import SystemClock
from aicoach.coaches.goals import COACH
from aicoach.core.model import Finding, Insight, JsonObject, Run
from aicoach.core.model_voice import ModelNarrator
from aicoach.core.ports import Limits, Subscription, Usage
from aicoach.core.relay import Relay
from aicoach.tools.openai_tool import OpenAITool

_NOBODY = UUID(int=0)


class NoLimits:
    """A budget that grants everything."""

    async def reserve_tokens(
        self, run: Run, task: str, attempt: int, most: Usage, cost: Decimal, limits: Limits
    ) -> str | None:
        """See BudgetStore."""
        return None

    async def settle_tokens(self, run: Run, task: str, attempt: int, usage: Usage, cost: Decimal) -> None:
        """See BudgetStore."""


class NoNotes:
    """Forgets at once, so that every answer is asked for."""

    async def put_note(self, key: str, value: Any, ttl: float) -> bool:
        """See Notes."""
        return False

    async def get_note(self, key: str) -> Any | None:
        """See Notes."""
        return None


class Listener:
    """An event queue that keeps the sentences it hears."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    async def emit_event(self, session_id: UUID, event: JsonObject) -> None:
        """See EventQueue."""
        if event["type"] == "token":
            self.sentences.append(event["text"])

    async def last_id(self, session_id: UUID) -> int:
        """See EventQueue."""
        return 0

    def follow(self, session_id: UUID, after: int) -> Subscription:
        """Nobody follows an eval."""
        raise NotImplementedError


async def narrate(tool: OpenAITool, finding: Finding, locale: str, seconds: float = 45.0) -> tuple[Insight, list[str]]:
    """The card as it would be committed, and the sentences that would have been streamed."""
    heard = Listener()
    narrator = ModelNarrator(tool, NoLimits(), NoNotes(), SystemClock(), Limits(None, None, None), seconds)
    run = Run(_NOBODY, _NOBODY, _NOBODY, COACH.name, 1, (), {}, datetime.now(UTC), None, {}, locale=locale)
    voice = narrator.voice(COACH, run, Relay(heard, _NOBODY))
    return await voice.say(finding, "run_eval_agent"), heard.sentences
