"""Sentences of a card while a model writes it: each is told only after it passed the guard."""

from collections.abc import Awaitable, Callable

from aicoach.core.guardrails import Policy, check_sentence, split_sentences
from aicoach.core.model import Finding
from aicoach.core.phrases import fill

Tell = Callable[[str, str], Awaitable[None]]


class SpokenSentences:
    """Hears the body so far, again and again; tells each good sentence once, and falls silent at the first bad one.

    A second attempt may be heard too: what was told is not told again, and one that says something else stays unheard.
    """

    def __init__(self, finding: Finding, locale: str, policy: Policy, tell: Tell) -> None:
        self._finding, self._locale, self._policy, self._tell = finding, locale, policy, tell
        self._told: list[str] = []
        self._silent = False

    async def hear(self, body: str) -> None:
        """Take the whole body so far; its last sentence may still be growing."""
        finished = split_sentences(body)[:-1]
        again, new = finished[: len(self._told)], finished[len(self._told) :]
        self._silent = self._silent or again != self._told[: len(again)]
        for sentence in new:
            text = None if self._silent else self._passed(sentence)
            if text is None:
                self._silent = True
                return
            self._told.append(sentence)
            await self._tell(self._finding.topic.key, text)

    def _passed(self, sentence: str) -> str | None:
        try:
            text = fill(sentence, self._finding.facts, self._locale)
        except ValueError:
            return None
        return None if check_sentence(text, self._finding.facts, self._locale, self._policy) else text
