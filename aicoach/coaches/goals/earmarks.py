"""What of the holdings is set aside for each goal, without counting any rupee twice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aicoach.coaches.goals.asset_classes import asset_class
from aicoach.coaches.goals.positions import Position
from aicoach.coaches.goals.snapshot import Goal, Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS


@dataclass(frozen=True, slots=True)
class Earmark:
    """Rupees set aside for a goal by asset class. Funds: counted with value, not countable, with shares scaled down.

    ``shares`` says of each mapped scheme what fraction of it belongs to the goal.
    """

    by_class: Mapping[str, Decimal]
    shares: Mapping[str, Decimal]
    funds: int
    left_out: int
    scaled: int

    @property
    def value(self) -> Decimal:
        """In rupees."""
        return sum(self.by_class.values(), Decimal(0))

    @property
    def equity(self) -> Decimal:
        """The fraction of the value that is in equity."""
        return self.by_class.get("equity", Decimal(0)) / self.value if self.value else Decimal(0)

    @property
    def volatility(self) -> Decimal:
        """Standard deviation of a year's return, by the classes held, as if all moved together: rather too high."""
        assumed = THRESHOLDS.volatility
        if not self.value:
            return assumed["unclassified"]
        return sum((assumed[name] * value for name, value in self.by_class.items()), Decimal(0)) / self.value


def earmark(snapshot: Snapshot, goal: Goal, held: Sequence[Position]) -> Earmark:
    """What ``goal`` has. Where the shares of one scheme add up to more than all of it, each is scaled down."""
    promised: dict[str, Decimal] = defaultdict(Decimal)
    for mapping in snapshot.goal_schemes:
        promised[mapping.isin] += mapping.share
    own = {mapping.isin: mapping.share for mapping in snapshot.goal_schemes if mapping.goal_id == goal.id}
    shares = {isin: share / max(promised[isin], Decimal(1)) for isin, share in own.items() if share}
    mine = [position for position in held if position.scheme.isin in shares]
    known = [position for position in mine if position.valued and position.units]
    by_class: dict[str, Decimal] = defaultdict(Decimal)
    for position in known:
        by_class[asset_class(position.scheme)] += position.money.value * shares[position.scheme.isin]
    left_out = sum(not position.valued for position in mine)
    return Earmark(by_class, shares, len(known), left_out, sum(promised[isin] > 1 for isin in shares))
