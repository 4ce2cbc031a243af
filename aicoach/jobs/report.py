"""What a job call answers, and how one of its steps may end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How one step of a job ended: it did something, found nothing to do, or did not succeed."""

    STARTED = "started"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobReport:
    """How many steps a call did, found nothing to do for, and failed; ``more`` says that work is left.

    ``details`` are further counts for the log and the terminal; the webhook does not tell them.
    """

    job: str
    started: int = 0
    skipped: int = 0
    failed: int = 0
    more: bool = False
    details: Mapping[str, int] = field(default_factory=dict)

    def answer(self) -> dict[str, object]:
        """What the webhook says."""
        return {
            "job": self.job,
            "started": self.started,
            "skipped": self.skipped,
            "failed": self.failed,
            "more": self.more,
        }
