"""What the jars coach computes for a jar of the usual contents: the facts that a text is held to."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from aicoach.core.model import Fact
from tests.coaches.jars import Jar, balance, growth

_AGENTS = {"balance": balance, "growth": growth}


def facts_of(kind: str, name: str = "Holiday jar", on: date | None = None) -> Mapping[str, Fact]:
    """The facts of the card ``kind``."""
    jar = Jar(name, Decimal(20_000), Decimal(23_456), on or datetime.now(UTC).date())
    return _AGENTS[kind](jar)[0].facts
