"""What to do about a failed attempt: wait and try again, fall back to the template, or ask no more in this run."""

import random
from dataclasses import dataclass
from typing import Final

from aicoach.core.ports import ModelFailure

#: Attempts in all, by what went wrong; a code that is not here is not tried again.
TRIES: Final = {
    "model_rate_limited": 3,
    "model_error": 3,
    "model_unreachable": 2,
    "model_timeout": 2,
    "model_parse": 2,
    "model_too_long": 2,
}
#: After these, another question of the same run would end the same way.
_HOPELESS: Final = frozenset({"model_refused", "model_unreachable", "model_rate_limited", "model_timeout"})
_LONGEST_WAIT: Final = 10.0
_BASE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Decision:
    """``wait`` seconds and try again, or (None) fall back; ``give_up`` says not to ask again in this run."""

    wait: float | None
    give_up: bool = False


def decide(failure: ModelFailure, attempt: int) -> Decision:
    """What follows attempt number ``attempt`` (from 1). An endpoint that asks for a long wait is not waited for."""
    hopeless = failure.code in _HOPELESS
    if attempt >= TRIES.get(failure.code, 1):
        return Decision(None, hopeless)
    if failure.code == "model_parse":
        return Decision(0.0)
    if failure.wait is not None:
        return Decision(failure.wait) if failure.wait <= _LONGEST_WAIT else Decision(None, hopeless)
    backoff = _BASE * 2 ** (attempt - 1)
    return Decision(backoff + random.uniform(0, backoff))  # noqa: S311 - jitter, not a secret
