"""The mix of what is held, by asset class or by category, and how far it is from the person's own targets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from aicoach.coaches.goals.asset_classes import UNCLASSIFIED, class_named
from aicoach.coaches.goals.facts import slug
from aicoach.coaches.goals.positions import Position
from aicoach.coaches.goals.snapshot import Scheme, Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS

_CENT: Final = Decimal("0.01")
_HALF_RUPEE: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Part:
    """One class or category. ``actual`` and ``target`` are percents of the whole, ``gap`` rupees above its target.

    ``target`` and ``gap`` are None where the person set no target that can be compared.
    """

    name: str
    value: Decimal
    actual: Decimal
    target: Decimal | None = None
    gap: Decimal | None = None

    @property
    def drift(self) -> Decimal | None:
        """Percentage points above the target, from the printed figures, so that the reader's subtraction agrees."""
        return None if self.target is None else self.actual - self.target


@dataclass(frozen=True, slots=True)
class Mix:
    """Parts by key, the largest value first; ``target_sum`` in percent, None without targets.

    Percents are rounded so that they add up to exactly 100, and so do targets that do: drifts then add up to nothing.
    """

    parts: Mapping[str, Part]
    whole: Decimal
    target_sum: Decimal | None

    @property
    def complete(self) -> bool:
        """Whether the targets make up the whole."""
        return self.target_sum is not None and abs(self.target_sum / 100 - 1) <= THRESHOLDS.target_sum_slack


def class_mix(snapshot: Snapshot, held: Sequence[Position]) -> Mix:
    """By asset class. What no target names has a target of nothing, if the targets make up the whole."""
    return _mix(snapshot, held, "asset_class", lambda scheme: class_named(scheme.asset_class), class_named)


def category_mix(snapshot: Snapshot, held: Sequence[Position]) -> Mix:
    """By category, as the market feed names it; a fund without one is unclassified."""
    return _mix(snapshot, held, "category", lambda scheme: _category(scheme.category), _category)


def _category(name: str | None) -> str:
    return (name or "").strip() or UNCLASSIFIED


def _mix(
    snapshot: Snapshot,
    held: Sequence[Position],
    dimension: str,
    name_of: Callable[[Scheme], str],
    named: Callable[[str], str],
) -> Mix:
    names: dict[str, str] = {}
    values: dict[str, Decimal] = {}
    targets: dict[str, Decimal] = {}
    for position in held:
        _count(names, values, name_of(position.scheme), position.money.value)
    for wish in snapshot.targets:
        if wish.dimension == dimension:
            _count(names, targets, named(wish.name), wish.share)
    whole = sum(values.values(), Decimal(0))
    asked = sum(targets.values(), Decimal(0)) * 100 if targets else None
    empty = Mix({}, whole, asked)
    actual = rounded_shares({key: value / whole for key, value in values.items()}, whole=True)
    wanted = rounded_shares(targets, empty.complete)
    keys = sorted(names, key=lambda key: (-values.get(key, Decimal(0)), key))
    zero = Decimal(0)
    parts = {}
    for key in keys:
        compared = key in targets or empty.complete
        gap = _printable(values.get(key, zero) - targets.get(key, zero) * whole) if compared else None
        target = wanted.get(key, zero) if compared else None
        parts[key] = Part(names[key], values.get(key, zero), actual.get(key, zero), target, gap)
    return Mix(parts, whole, asked)


def _printable(rupees: Decimal) -> Decimal:
    """A gap that prints as nothing is nothing, and has no sign."""
    return rupees if abs(rupees) >= _HALF_RUPEE else Decimal(0)


def _count(names: dict[str, str], amounts: dict[str, Decimal], name: str, amount: Decimal) -> None:
    names.setdefault(slug(name), name)
    amounts[slug(name)] = amounts.get(slug(name), Decimal(0)) + amount


def rounded_shares(shares: Mapping[str, Decimal], whole: bool) -> dict[str, Decimal]:
    """Percents to two places; those of a whole add up to exactly 100 (largest remainders, Hamilton's method)."""
    if not whole or not shares:
        return {key: round(share * 100, 2) for key, share in shares.items()}
    floors = {key: (share * 100).quantize(_CENT, ROUND_FLOOR) for key, share in shares.items()}
    missing = int((100 - sum(floors.values(), Decimal(0))) / _CENT)
    first = sorted(shares, key=lambda key: (floors[key] - shares[key] * 100, key))
    return {key: floor + (_CENT if key in first[:missing] else 0) for key, floor in floors.items()}
