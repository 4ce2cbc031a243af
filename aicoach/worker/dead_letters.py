"""Dead letters: people whose work broke its worker too often. They are left out of plans until somebody looks.

A hash in Redis: ids, times and the name of an error class, nothing else. Losing it loses nothing: they are still due.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aicoach.app.bootstrap import NOWHERE
from aicoach.app.fanout import PREFIX, TaskQueue, celery_app
from aicoach.app.settings import Settings
from aicoach.core.errors import Unavailable
from aicoach.jobs.errand import Owed

if TYPE_CHECKING:
    from redis import Redis

KEY: Final = f"{PREFIX}dead_letters"
DAYS_KEPT: Final = 30
#: Beyond this nobody reads them one by one; further ones are tried again by every plan.
MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Whose work of which job and coach broke, why (a class name), and when (ISO 8601)."""

    job: str
    coach: str
    user_id: str
    mark: str | None
    why: str
    at: str

    @property
    def name(self) -> str:
        """What it is called on the command line: at most one for each."""
        return _name(self.job, self.coach, self.user_id)

    @property
    def owed(self) -> Owed:
        """The person, as a plan names them."""
        return Owed(UUID(self.user_id), self.mark)


class DeadLetters:
    """The hash of them; raises Unavailable when Redis does not answer."""

    def __init__(self, client: "Redis") -> None:
        self._redis = client

    @classmethod
    def of(cls, settings: Settings) -> "DeadLetters":
        """Over a connection of its own, made at the first command."""
        from redis import Redis

        url = settings.redis_url.get_secret_value() or NOWHERE
        return cls(Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2, decode_responses=True))

    def close(self) -> None:
        """Close the connection."""
        self._redis.close()

    def put(self, job: str, coach: str, owed: Owed, why: str, at: datetime) -> bool:
        """Keep one; False when there are too many already."""
        letter = DeadLetter(job, coach, str(owed.user_id), owed.mark, why, at.isoformat())
        if self._do("hlen", KEY) >= MOST:
            return False
        self._do("hset", KEY, letter.name, json.dumps(asdict(letter)))
        self._do("expire", KEY, DAYS_KEPT * 24 * 3600)
        return True

    def all(self) -> Sequence[DeadLetter]:
        """All of them, oldest first."""
        return sorted((DeadLetter(**json.loads(text)) for text in self._do("hvals", KEY)), key=lambda each: each.at)

    def without_dead(self, job: str, coach: str, people: Sequence[Owed]) -> Sequence[Owed]:
        """Those of whom no dead letter tells."""
        if not people:
            return people
        found = self._do("hmget", KEY, [_name(job, coach, str(owed.user_id)) for owed in people])
        return [owed for owed, letter in zip(people, found, strict=True) if letter is None]

    def forget(self, names: Iterable[str]) -> int:
        """Remove some; how many there were."""
        chosen = list(names)
        return int(self._do("hdel", KEY, *chosen)) if chosen else 0

    def _do(self, command: str, *arguments: Any) -> Any:
        from redis.exceptions import RedisError

        try:
            return getattr(self._redis, command)(*arguments)
        except RedisError as error:
            raise Unavailable("The workers' Redis does not answer.") from error


def manage(settings: Settings, action: str, names: Sequence[str]) -> Sequence[str]:
    """List, replay or drop the named dead letters, or all of them; lines for a person. Raises Unavailable."""
    dead = DeadLetters.of(settings)
    try:
        chosen = [letter for letter in dead.all() if not names or letter.name in names]
        if action == "list":
            return [f"{letter.at}  {letter.why:<20} {letter.name}" for letter in chosen] or ["There are none."]
        if action == "replay":
            queue = TaskQueue(celery_app(settings))
            for letter in chosen:
                queue.serve(letter.job, letter.coach, [letter.owed])
        return [f"{action}: {dead.forget(letter.name for letter in chosen)}"]
    finally:
        dead.close()


def _name(job: str, coach: str, user_id: str) -> str:
    return f"{job}/{coach}/{user_id}"
