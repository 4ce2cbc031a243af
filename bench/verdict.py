"""DESIGN §7 as bounds: what each figure must reach, and whether it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bound:
    """One row of §7: a figure and the ``limit`` it must stay below or above, the limit included."""

    name: str
    figure: float
    sense: Literal["<=", ">="]
    limit: float
    unit: str = ""
    #: What the figure was made of, for a reader.
    detail: str = ""

    @property
    def holds(self) -> bool:
        """False as well when there is no figure."""
        return self.figure <= self.limit if self.sense == "<=" else self.figure >= self.limit

    @property
    def reach(self) -> str:
        """The bound in words."""
        return f"{self.sense} {self.limit:g}{self.unit}"


def missed(bounds: Sequence[Bound]) -> list[Bound]:
    """Those that do not hold."""
    return [bound for bound in bounds if not bound.holds]


def sentence(bound: Bound) -> str:
    """One line that names a miss."""
    return f"missed: {bound.name} is {bound.figure:.2f}{bound.unit}, must be {bound.reach} ({bound.detail})"
