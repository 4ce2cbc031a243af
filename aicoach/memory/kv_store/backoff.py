"""Growing, jittered waits between tries."""

import random


class Backoff:
    """Waits in seconds from ``first`` to ``most``, doubling, each spread by a fifth."""

    def __init__(self, first: float, most: float) -> None:
        self._first, self._most = first, most
        self._wait = first

    def next(self) -> float:
        """How long to wait now; the wait after it is longer."""
        wait, self._wait = self._wait, min(self._wait * 2, self._most)
        return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret

    def reset(self) -> None:
        """Something worked: start small again."""
        self._wait = self._first
