"""Facts about some money: what went in and out, what it is worth, its return, and the same in the benchmark."""

from collections.abc import Sequence
from decimal import Decimal

from aicoach.coaches.goals.benchmark import mirror
from aicoach.coaches.goals.facts import fact
from aicoach.coaches.goals.positions import Money, Position
from aicoach.coaches.goals.rates import Basis, Rate, rate
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.model import Fact

Facts = dict[str, Fact]


def money_facts(whose: str, money: Money, earned: Rate) -> Facts:
    """Invested, withdrawn (if anything was), value, gain and return of a portfolio or a scheme."""
    figures = {"invested": money.invested, "value": money.value, "gain": money.gain}
    if money.withdrawn:
        figures["withdrawn"] = money.withdrawn
    facts = {f"{whose}_{name}": fact(f"{whose}_{name}", figure, money.as_of) for name, figure in figures.items()}
    return facts | _rate_facts(whose, money, earned)


def _rate_facts(whose: str, money: Money, earned: Rate) -> Facts:
    if earned.basis is Basis.SEVERAL_RATES:
        return {"rates_found": fact("rates_found", earned.roots, money.as_of)}
    key = f"{whose}_return" if earned.basis is Basis.ABSOLUTE else f"{whose}_xirr"
    return {key: fact(key, earned.percent, money.as_of)}


def benchmark_facts(snapshot: Snapshot, held: Sequence[Position], money: Money, earned: Rate) -> Facts:
    """The same flows in the benchmark; or what keeps it from being told."""
    other = mirror(snapshot, held, money)
    if other.money is None:
        key = "benchmark_missing" if other.missing else "benchmark_used_up"
        return {key: fact(key, other.missing or len(other.names), money.as_of)}
    named = len(other.names) == 1
    name = ("benchmark_name", other.names[0]) if named else ("benchmark_count", len(other.names))
    facts = {name[0]: fact(name[0], name[1], money.as_of)}
    facts["benchmark_value"] = fact("benchmark_value", other.money.value, money.as_of)
    facts["benchmark_value_difference"] = fact(
        "benchmark_value_difference", money.value - other.money.value, money.as_of
    )
    matched = rate(other.money)
    if matched.percent is not None and matched.basis is earned.basis and earned.percent is not None:
        facts |= _rate_facts("benchmark", other.money, matched)
        facts |= _difference(earned.percent, matched.percent, money)
    return facts


def _difference(own: Decimal, other: Decimal, money: Money) -> Facts:
    """Above or below, never both: a sign cannot be misread."""
    # From the printed figures, so that the reader's own subtraction agrees.
    points = round(own, 2) - round(other, 2)
    key = "points_above" if points >= 0 else "points_below"
    return {key: fact(key, abs(points), money.as_of)}
