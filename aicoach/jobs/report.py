"""What a job call answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobReport:
    """How many runs a call started, found nothing to do for, and failed; ``more`` says that work is left."""

    job: str
    started: int = 0
    skipped: int = 0
    failed: int = 0
    more: bool = False
