"""A model words what the agents computed: budget first, guard last, and the template whenever anything is wrong."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from aicoach.core.guardrails import check_narration
from aicoach.core.model import Coach, Finding, Insight, Run
from aicoach.core.narrator import Narrator, Voice
from aicoach.core.observe import note, observe
from aicoach.core.phrases import fill
from aicoach.core.ports import Answer, BudgetStore, Clock, LanguageModel, Limits, ModelFailure, Notes, Prompt, Usage
from aicoach.core.prompts import PromptFiles
from aicoach.core.relay import Relay
from aicoach.core.retry import decide
from aicoach.core.spoken import SpokenSentences
from aicoach.tools.pii import redact

_log: Final = logging.getLogger("aicoach.narrator")
_NOTE_SECONDS: Final = 900.0
#: Cards that are asked for at once: each holds a reservation, and endpoints limit rates.
_SIDE_BY_SIDE: Final = 6
_NOTHING: Final = Usage(0, 0)
#: Attempts are numbered within an epoch, so that a resumed run never reuses a number.
_PER_EPOCH: Final = 100


@dataclass(frozen=True, slots=True)
class ModelNarrator(Narrator):
    """Gives runs a model's voice, unless their person switched it off."""

    model: LanguageModel
    budget: BudgetStore
    notes: Notes
    clock: Clock
    limits: Limits
    seconds: float = 45.0

    def voice(self, coach: Coach[Any], run: Run, relay: Relay) -> Voice:
        """A model's voice, or the templates'."""
        files = PromptFiles.load(coach.phrases)
        if files is None or not run.llm_enabled:
            return Voice(coach, run)
        return ModelVoice(self, files, coach, run, relay)


def drafts_key(session_id: UUID) -> str:
    """Where the text so far of cards being written is noted, by topic."""
    return f"drafts:{session_id}"


class Refused(Exception):
    """The model's words may not be shown; the reason is stored with the template's."""


class ModelVoice(Voice):
    """The model's words for one run. What it cannot say well, the template says."""

    costs = True

    def __init__(self, parts: ModelNarrator, files: PromptFiles, coach: Coach[Any], run: Run, relay: Relay) -> None:
        super().__init__(coach, run)
        self._parts, self._files, self._relay = parts, files, relay
        self._given_up: str | None = None
        self._turns = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._drafts: dict[str, str] = {}

    async def say(self, finding: Finding, task: str, *, free: bool = False) -> Insight:
        """The model's words if they pass every check, else the template's with the reason."""
        if free:
            return self.template(finding)
        try:
            async with self._turns, asyncio.timeout(self._parts.seconds):
                # Names that the coach chose are the reader's language, for the model and the guard alike.
                shown = self.phrases.shown(finding.facts, self.run.locale)
                return await self._words(replace(finding, facts=shown), task)
        except Refused as refused:
            reason = str(refused)
        except TimeoutError:
            reason = "model_timeout"
            await self._stop_asking(reason)
        finally:
            await self._clear(finding.topic.key)
        _log.info("template_used", extra={"task": task, "topic": finding.topic.key, "reason": reason})
        return self.template(finding, reason)

    async def _words(self, finding: Finding, task: str) -> Insight:
        key = f"narration:{self.run.session_id}:{task}:{finding.topic.key}"
        kept = await self._parts.notes.get_note(key)
        if kept is not None:
            return self._kept(finding, kept)
        answer = await self._ask(finding, task, self._prompt(finding))
        tokens = answer.usage.tokens_in + answer.usage.tokens_out
        try:
            insight = self._checked(finding, answer.body, tokens)
        except Refused as refused:
            # What may not be shown is not kept anywhere: only that it need not be paid for again.
            await self._parts.notes.put_note(key, {"refused": str(refused)}, _NOTE_SECONDS)
            raise
        await self._parts.notes.put_note(key, {"body": answer.body, "tokens": tokens}, _NOTE_SECONDS)
        return insight

    def _kept(self, finding: Finding, note: Mapping[str, Any]) -> Insight:
        """Words paid for before a crash; still read by the guard like any others."""
        if "refused" in note:
            raise Refused(str(note["refused"]))
        return self._checked(finding, str(note["body"]), int(note["tokens"]))

    def _prompt(self, finding: Finding) -> Prompt:
        prompt = self._files.render(self.phrases, finding, self.run.locale)
        if redact(prompt.user).spans:
            # Our own defect: the allow-list let something through.
            _log.error("pii_in_prompt", extra={"topic": finding.topic.key})
            raise Refused("pii_in_prompt")
        return prompt

    async def _ask(self, finding: Finding, task: str, prompt: Prompt) -> Answer:
        model, attempt = self._parts.model, 0
        most = Usage(prompt.size, model.max_tokens)
        spoken = SpokenSentences(finding, self.run.locale, self.coach.policy, self._tell)
        while True:
            if self._given_up is not None:
                raise Refused(self._given_up)
            attempt += 1
            number = self.run.epoch * _PER_EPOCH + attempt
            slot = f"{task}:{finding.topic.key}"
            limit = await self._parts.budget.reserve_tokens(
                self.run, slot, number, most, model.cost(most), self._parts.limits
            )
            if limit is not None:
                raise Refused(f"budget_{limit}")
            try:
                with observe("model", task=task, model=model.name, attempt=attempt):
                    answer = await model.complete(prompt, spoken.hear)
            except asyncio.CancelledError:
                # Nobody will say what it used: it stays reserved, and is charged so when the run ends.
                self._count(most)
                raise
            except ModelFailure as failure:
                # An attempt that used nothing gives its reservation back at once: others may need the room.
                await self._charge(slot, number, failure.usage or _NOTHING)
                await self._wait_or_refuse(failure, attempt)
                continue
            await self._charge(slot, number, answer.usage)
            return answer

    async def _charge(self, slot: str, number: int, used: Usage) -> None:
        self._count(used)
        await self._parts.budget.settle_tokens(self.run, slot, number, used, self._parts.model.cost(used))

    def _count(self, used: Usage) -> None:
        note("tokens", model=self._parts.model.name, tokens_in=used.tokens_in, tokens_out=used.tokens_out)

    async def _wait_or_refuse(self, failure: ModelFailure, attempt: int) -> None:
        decision = decide(failure, attempt)
        _log.warning("model_failed", extra={"code": failure.code, "attempt": attempt})
        if decision.wait is None:
            if decision.give_up:
                await self._stop_asking(failure.code)
            raise Refused(failure.code)
        await asyncio.sleep(decision.wait)

    async def _stop_asking(self, code: str) -> None:
        """No more questions in this run; said once."""
        if self._given_up is None:
            self._given_up = code
            await self._relay.tell(self._parts.clock.now(), code, 0.5)

    def _checked(self, finding: Finding, body: str, tokens: int) -> Insight:
        try:
            text = fill(body, finding.facts, self.run.locale)
        except ValueError as error:
            raise Refused("guard_placeholder") from error
        violations = check_narration(text, finding.facts, self.run.locale, self.coach.policy)
        if violations:
            raise Refused(f"guard_{violations[0].code}")
        return replace(
            self.template(finding),
            body_md=text,
            source="llm",
            model=self._parts.model.name,
            prompt_version=self._files.version,
            tokens=tokens,
        )

    async def _tell(self, topic: str, sentence: str) -> None:
        self._drafts[topic] = f"{self._drafts.get(topic, '')} {sentence}".strip()
        await self._parts.notes.put_note(drafts_key(self.run.session_id), self._drafts, _NOTE_SECONDS)
        await self._relay.tell_token(self._parts.clock.now(), topic, sentence)

    async def _clear(self, topic: str) -> None:
        """The card is written: whoever connects from now on gets it whole."""
        if self._drafts.pop(topic, None) is not None:
            await self._parts.notes.put_note(drafts_key(self.run.session_id), self._drafts, _NOTE_SECONDS)
