"""Time that tests move by hand."""

from datetime import UTC, datetime

from tests.unit.edge.minting import NOW


class HeldClock:
    """Stands still until told to go on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """The frozen moment, in UTC."""
        return datetime.fromtimestamp(NOW + self.seconds, UTC)

    def monotonic(self) -> float:
        """Seconds passed by hand."""
        return 1000.0 + self.seconds
