"""A cited note about the market for the digests of a week: asked once for all readers of a language, or left out."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, Final

from aicoach.core.guardrails import Policy
from aicoach.core.ports import Digest, LanguageModel, ModelFailure, Notes, ResearchRule
from aicoach.jobs.week import Week
from aicoach.tools.research import MarketNote, NoteRefused, read_answer

_log: Final = logging.getLogger("aicoach.jobs.market_note")
_KEPT_SECONDS: Final = 8 * 24 * 3600.0
#: A service that failed is not asked again for each reader.
_FAILED_SECONDS: Final = 3600.0


@dataclass(slots=True)
class MarketNotes:
    """Adds the note of the week to digests. Whatever goes wrong, the digest goes on without it."""

    service: LanguageModel
    notes: Notes
    coach: str
    rule: ResearchRule
    policy: Policy
    _answers: dict[str, Any] = field(default_factory=dict)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def add(self, digest: Digest, locale: str, week: Week) -> Digest:
        """The digest with the note, in the reader's language; the digest as it is when there is none."""
        note = await self._note(locale, f"market-note:{self.coach}:{week.name}:{locale}")
        return digest if note is None else self.rule.add(digest, note.text, note.links, locale)

    async def _note(self, locale: str, key: str) -> MarketNote | None:
        async with self._asking:
            if key not in self._answers:
                self._answers[key] = await self.notes.get_note(key) or await self._ask(locale, key)
        answer = self._answers[key].get("answer")
        try:
            # What was kept elsewhere is read like what has just come.
            return None if answer is None else self._read(answer, locale)
        except NoteRefused as refused:
            self._leave_out(str(refused), locale)
            return None

    async def _ask(self, locale: str, key: str) -> dict[str, str]:
        """The answer to keep, or why there is none; what may not be shown is kept nowhere."""
        try:
            answer = (await self.service.complete(self.rule.question(locale))).body
            self._read(answer, locale)
        except (ModelFailure, NoteRefused) as failure:
            reason = str(failure)
            self._leave_out(reason, locale)
            await self.notes.put_note(key, {"reason": reason}, _FAILED_SECONDS)
            return {"reason": reason}
        await self.notes.put_note(key, {"answer": answer}, _KEPT_SECONDS)
        return {"answer": answer}

    def _read(self, answer: str, locale: str) -> MarketNote:
        return read_answer(answer, self.rule.hosts, locale, self.policy)

    def _leave_out(self, reason: str, locale: str) -> None:
        _log.warning("market_note_left_out", extra={"coach": self.coach, "locale": locale, "reason": reason})
