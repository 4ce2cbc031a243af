"""Raw rows of one person, and every figure of the coach's cards computed from them by other means than the coach's."""

import math
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

IN = {"purchase", "purchase_sip", "switch_in"}
OUT = {"redemption", "switch_out"}
Values = dict[str, Any]


@dataclass(frozen=True)
class Books:
    """Rows as the database has them; amounts as floats."""

    today: date
    rows: list[dict[str, Any]]
    schemes: dict[str, dict[str, Any]]
    navs: dict[str, tuple[date, float]]
    index: dict[str, dict[date, float]]
    goals: dict[str, dict[str, Any]]
    mapped: list[dict[str, Any]]
    targets: dict[str, dict[str, float]]

    def of(self, isin: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["isin"] == isin]

    @property
    def isins(self) -> list[str]:
        return sorted({row["isin"] for row in self.rows})

    def units(self, isin: str) -> float:
        signed = {**dict.fromkeys(IN, 1), **dict.fromkeys(OUT, -1)}
        held = sum(signed.get(row["kind"], 0) * (row["units"] or 0) for row in self.of(isin))
        return held if held > 0.0005 else 0.0

    def value(self, isin: str) -> float:
        return self.units(isin) * self.navs[isin][1]

    @property
    def whole(self) -> float:
        return sum(self.value(isin) for isin in self.isins)

    def as_of(self, isins: list[str]) -> date:
        days: list[date] = [row["tx_date"] for isin in isins for row in self.of(isin)]
        return max(days + [self.navs[isin][0] for isin in isins if self.units(isin)])


async def books(owner: asyncpg.Connection, user_id: UUID, today: date) -> Books:
    async def table(sql: str, *arguments: Any) -> list[dict[str, Any]]:
        return [
            {key: float(value) if hasattr(value, "as_tuple") else value for key, value in row.items()}
            for row in await owner.fetch(sql, *arguments)
        ]

    index: dict[str, dict[date, float]] = defaultdict(dict)
    for row in await table("select * from benchmark_values where value_date <= $1 order by created_at", today):
        index[row["benchmark"]][row["value_date"]] = row["value"]
    navs = await table("select * from navs where nav_date <= $1 order by nav_date, created_at", today)
    mine = "select * from {} where user_id = $1"
    targets = await table(mine.format("target_allocations"), user_id)
    return Books(
        today=today,
        rows=await table(mine.format("transactions") + " order by tx_date", user_id),
        schemes={row["isin"]: row for row in await table("select * from schemes")},
        navs={row["isin"]: (row["nav_date"], row["nav"]) for row in navs},
        index=index,
        goals={str(row["id"]): row for row in await table(mine.format("investor_goals"), user_id)},
        mapped=await table(mine.format("investor_goal_schemes"), user_id),
        targets={
            dimension: {row["name"]: row["share"] for row in targets if row["dimension"] == dimension}
            for dimension in ("asset_class", "category")
        },
    )


def cash(row: dict[str, Any]) -> float:
    return float(row["amount"] if row["kind"] in OUT else -row["amount"])


def annual_rate(flows: list[tuple[date, float]]) -> float:
    """By halving, on the present value itself."""
    start = min(day for day, _ in flows)

    def worth(rate: float) -> float:
        return math.fsum(amount / (1 + rate) ** ((day - start).days / 365) for day, amount in flows)

    low, high = -0.99, 10.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) > 0 else (low, middle)
    return low * 100


def returns(own: Books, isins: list[str], whose: str) -> Values:
    """Of the portfolio or a scheme: money in and out, value, gain, rate, and the same in the benchmark."""
    rows = [row for isin in isins for row in own.of(isin)]
    inner = {"switch_in", "switch_out"} if whose == "portfolio" else set()
    counted = [row for row in rows if row["kind"] not in inner]
    switched = sum(cash(row) for row in rows if row["kind"] in inner)
    paid = -sum(cash(row) for row in counted if row["kind"] not in OUT) + max(-switched, 0)
    taken = sum(cash(row) for row in counted if row["kind"] in OUT) + max(switched, 0)
    worth, as_of = sum(own.value(isin) for isin in isins), own.as_of(isins)
    flows = [(row["tx_date"], cash(row)) for row in rows]
    mirrored = sum(mirror(own, isin, as_of) for isin in isins)
    years = (as_of - min(row["tx_date"] for row in rows)).days
    rate = _rate(flows, worth, as_of, paid, taken, years)
    other = _rate(flows, mirrored, as_of, paid, taken, years)
    points = round(rate, 2) - round(other, 2)
    names = {own.schemes[isin]["benchmark"] for isin in isins}
    said = "xirr" if years >= 365 else "return"
    return {
        f"{whose}_invested": paid, f"{whose}_withdrawn": taken, f"{whose}_value": worth,
        f"{whose}_gain": worth + taken - paid, f"{whose}_{said}": rate, f"{whose}_as_of": as_of,
        "benchmark_value": mirrored, "benchmark_value_difference": worth - mirrored, f"benchmark_{said}": other,
        "benchmark_name": next(iter(names)), "benchmark_count": len(names), "scheme_count": len(isins),
        "points_above": points, "points_below": -points, "scheme_name": own.schemes[isins[0]]["name"],
        "scheme_units": own.units(isins[0]), "scheme_nav": own.navs[isins[0]][1],
        "scheme_nav_date": own.navs[isins[0]][0], "scheme_closed_on": as_of,
    }  # fmt: skip


def _rate(flows: list[tuple[date, float]], worth: float, as_of: date, paid: float, taken: float, days: int) -> float:
    return annual_rate([*flows, (as_of, worth)]) if days >= 365 else (worth + taken - paid) / paid * 100


def mirror(own: Books, isin: str, as_of: date) -> float:
    series = own.index[own.schemes[isin]["benchmark"]]

    def at(day: date) -> float:
        return series[max(known for known in series if known <= day)]

    return sum(-cash(row) / at(row["tx_date"]) for row in own.of(isin)) * at(as_of)


def contributors(own: Books) -> Values:
    gains = sorted((returns(own, [isin], "scheme")["scheme_gain"], own.schemes[isin]["name"]) for isin in own.isins)
    return {
        "contributor_count": len(gains), "top_scheme_name": gains[-1][1], "top_scheme_gain": gains[-1][0],
        "bottom_scheme_name": gains[0][1], "bottom_scheme_gain": gains[0][0],
    }  # fmt: skip


def grown(own: Books, goal: dict[str, Any], saved: float, **other: float) -> Callable[[int], float]:
    """The value after so many months, by a loop over them."""
    monthly, step_up = other.get("monthly", goal["monthly_amount"]), other.get("step_up", goal["annual_step_up"])

    def after(months: int) -> float:
        value, instalment = saved, monthly
        for month in range(months):
            instalment *= 1 + step_up if month and month % 12 == 0 else 1
            value = (value + instalment) * (1 + goal["annual_rate"] / 12)
        return float(value)

    return after


def solved(reached: Callable[[float], float], target: float, high: float) -> float | None:
    low = 0.0
    if reached(high) < target:
        return None
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < target else (low, middle)
    return high


def goal_values(own: Books, goal_id: str) -> Values:
    """Of one goal that can be projected; nothing is set aside twice in the demo."""
    goal = own.goals[goal_id]
    parts = {row["isin"]: own.value(row["isin"]) * row["share"] for row in own.mapped if str(row["goal_id"]) == goal_id}
    saved, day, target = sum(parts.values()), goal["target_date"], goal["target_amount"]
    months = next(count for count in range(999) if _later(own.today, count + 1) > day)
    after = grown(own, goal, saved)
    reached = next(count for count in range(600) if after(count) >= target)
    needed = solved(lambda monthly: grown(own, goal, saved, monthly=monthly)(months), target, 1e9) or 0.0
    stepped = solved(lambda step_up: grown(own, goal, saved, step_up=step_up)(months), target, 0.5)
    assumed = {"equity": 0.16, "debt": 0.03, "gold": 0.15}
    volatility = sum(assumed[own.schemes[isin]["asset_class"]] * value for isin, value in parts.items()) / saved
    equity = sum(value for isin, value in parts.items() if own.schemes[isin]["asset_class"] == "equity")
    paths = simulated(after, goal, saved, months, volatility)
    return {
        "goal_name": goal["name"], "goal_target": target, "goal_date": day, "goal_saved": saved,
        "goal_fund_count": len(parts), "goal_months": months, "goal_monthly": goal["monthly_amount"],
        "goal_step_up": goal["annual_step_up"] * 100, "goal_rate": goal["annual_rate"] * 100,
        "goal_projected": after(months), "goal_shortfall": target - after(months),
        "goal_surplus": after(months) - target, "goal_volatility": volatility * 100,
        "goal_chance": sum(value >= target for value in paths) / len(paths) * 100,
        "goal_low": paths[len(paths) // 10], "goal_high": paths[len(paths) * 9 // 10],
        "goal_reached_on": _later(own.today, reached), "goal_required_sip": needed,
        "goal_sip_rounded": math.ceil(needed / 100) * 100,
        "goal_required_step_up": None if stepped is None else stepped * 100,
        "goal_step_up_rounded": None if stepped is None else math.ceil(stepped * 200) / 2,
        "goal_near_equity": equity / saved * 100,
        "goal_step_up_max": 50,
    }  # fmt: skip


def simulated(
    after: Callable[[int], float], goal: dict[str, Any], saved: float, months: int, volatility: float
) -> list[float]:
    """Final values of 4,000 seeded paths, sorted."""
    draw, mean = random.Random(7), 1 + goal["annual_rate"] / 12
    spread = math.sqrt(math.log1p(volatility**2 / 12 / mean**2))
    values = []
    for _ in range(4000):
        value = saved
        for month in range(months):
            instalment = goal["monthly_amount"] * (1 + goal["annual_step_up"]) ** (month // 12)
            value = (value + instalment) * math.exp(draw.gauss(math.log(mean) - spread**2 / 2, spread))
        values.append(value)
    return sorted(values)


def _later(day: date, months: int) -> date:
    """The same day of the month, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def allocation_values(own: Books, dimension: str) -> Values:
    """Of the mix by asset class or category, with concentrations and regular plans."""
    parts: dict[str, float] = defaultdict(float)
    for isin in own.isins:
        if own.units(isin):
            parts[own.schemes[isin][dimension]] += own.value(isin)
    whole, told = own.whole, {}
    targets = own.targets[dimension]
    for name in parts.keys() | targets.keys():
        key = name.lower().replace(" ", "_")
        told[f"actual_{key}"] = parts[name] / whole * 100
        told[f"target_{key}"] = targets.get(name, 0) * 100
        told[f"drift_{key}"] = told[f"actual_{key}"] - told[f"target_{key}"]
        told[f"drift_amount_{key}"] = parts[name] - targets.get(name, 0) * whole
    held = [isin for isin in own.isins if own.units(isin)]
    largest = max(parts, key=lambda name: parts[name])
    return told | _compared(own, parts, targets, whole) | {
        "held_value": whole, "held_as_of": own.as_of(held), "category_count": sum(v > 0 for v in parts.values()),
        "largest_category": largest, "largest_category_share": parts[largest] / whole * 100,
    }  # fmt: skip


def _compared(own: Books, parts: dict[str, float], targets: dict[str, float], whole: float) -> Values:
    if not targets:
        return {}
    told: Values = {}
    ends = sorted((parts[name] / whole - targets.get(name, 0), name) for name in parts.keys() | targets.keys())
    for end, sign, (drift, name) in (("above", 1, ends[-1]), ("below", -1, ends[0])):
        share, target = parts[name] / whole, targets.get(name, 0)
        told |= {f"category_{end}": name, f"category_{end}_share": share * 100, f"category_{end}_target": target * 100}
        told |= {f"category_{end}_points": sign * drift * 100, f"category_{end}_amount": sign * drift * whole}
    name = min(targets, key=lambda name: parts[name] / whole - targets[name])
    share, monthly = targets[name], sum(last_instalment(own, isin) for isin in own.isins)
    months = 0
    while parts[name] + months * monthly < share * (whole + months * monthly) and months < 99:
        months += 1
    needed = (share * whole - parts[name]) / (1 - share)
    return told | {
        "hint_class": name, "hint_points_below": (share - parts[name] / whole) * 100, "hint_target": share * 100,
        "hint_monthly": monthly, "hint_months": months, "hint_amount": math.ceil(needed / 100) * 100,
    }  # fmt: skip


def last_instalment(own: Books, isin: str) -> float:
    """With its stamp duty; nothing once a SIP ended."""
    days = [row["tx_date"] for row in own.of(isin) if row["kind"] == "purchase_sip"]
    if not days or (own.today - max(days)).days > 100:
        return 0.0
    return -sum(cash(row) for row in own.of(isin) if row["tx_date"] == max(days))


def place_values(own: Books) -> Values:
    """Of concentrations and regular plans."""
    shares = sorted((own.value(isin) / own.whole * 100, own.schemes[isin]["name"]) for isin in own.isins)
    houses: dict[str, float] = defaultdict(float)
    for isin in own.isins:
        houses[own.schemes[isin]["amc"]] += own.value(isin) / own.whole * 100
    house = max(houses, key=lambda amc: houses[amc])
    regular = [isin for isin in own.isins if own.schemes[isin]["plan"] == "regular" and own.units(isin)]
    value = sum(own.value(isin) for isin in regular)
    return {
        "largest_scheme": shares[-1][1], "largest_scheme_share": shares[-1][0], "large_scheme_limit": 25,
        "large_scheme_count": sum(share > 25 for share, _ in shares), "largest_amc": house,
        "largest_amc_share": houses[house], "large_amc_limit": 40,
        "large_amc_count": sum(share > 40 for share in houses.values()), "regular_value": value,
        "regular_share": value / own.whole * 100, "regular_count": len(regular),
        "regular_as_of": own.as_of([isin for isin in own.isins if own.units(isin)]),
    }  # fmt: skip


def discipline_values(own: Books) -> Values:
    """The demo people never missed one: an instalment a month, from the first to the last."""
    days = {isin: [row["tx_date"] for row in own.of(isin) if row["kind"] == "purchase_sip"] for isin in own.isins}
    running = {isin: sorted(found) for isin, found in days.items() if found}
    made = sum(len(found) for found in running.values())
    first, last = (pick(day for found in running.values() for day in found) for pick in (min, max))
    return {
        "sip_count": len(running), "instalments_expected": made, "instalments_made": made, "instalments_missed": 0,
        "instalments_late": 0, "streak_months": (last.year - first.year) * 12 + last.month - first.month + 1,
        "sips_ended": sum((own.today - found[-1]).days > 100 for found in running.values()),
        "step_up_instalments": 0, "step_up_amount": 0,
    }  # fmt: skip
