"""The weekly digest, composed from stored cards and stored as a preview; nothing is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from aicoach.core.model import JsonObject
from aicoach.core.ports import Digest, DigestRule
from aicoach.jobs.market_note import MarketNotes
from aicoach.jobs.report import Outcome
from aicoach.jobs.week import Week


class DigestStore(Protocol):
    """What a digest is made of, and where it goes."""

    async def digest_cards(self, user_id: UUID, coach: str, since: datetime, until: datetime) -> JsonObject: ...

    async def record_digest(self, user_id: UUID, coach: str, week: str, locale: str, digest: Digest) -> bool: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """Composes the digests of one coach."""

    store: DigestStore
    coach: str
    rule: DigestRule
    market: MarketNotes | None = None

    async def compose(self, user_id: UUID, week: Week) -> tuple[str, Digest | None]:
        """The reader's locale and the digest of the week; None without cards. Writes nothing."""
        found = await self.store.digest_cards(user_id, self.coach, week.since, week.until)
        last_moment = week.until.astimezone(self.rule.zone) - timedelta(microseconds=1)
        since = week.since.astimezone(self.rule.zone).date()
        locale = str(found["locale"])
        return locale, self.rule.compose(found["cards"], locale, since, last_moment.date())

    async def preview(self, user_id: UUID, week: Week) -> str | None:
        """The text as it would be stored now, but for the market note, which is asked for then; None without cards."""
        _, digest = await self.compose(user_id, week)
        return digest.body if digest else None

    async def write(self, user_id: UUID, week: Week) -> Outcome:
        """Compose and store, once a week; with a note about the market, where one is asked for."""
        locale, digest = await self.compose(user_id, week)
        if digest is None:
            return Outcome.SKIPPED
        if self.market is not None:
            digest = await self.market.add(digest, locale, week)
        stored = await self.store.record_digest(user_id, self.coach, week.name, locale, digest)
        return Outcome.STARTED if stored else Outcome.SKIPPED
