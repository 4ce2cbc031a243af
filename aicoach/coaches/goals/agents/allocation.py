"""What the person's money is in, how far that is from their own targets, and where much of it is in one place."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from aicoach.coaches.goals.agents.recommendation import drift_hints, months_to_close, rounded_up
from aicoach.coaches.goals.asset_classes import CLASSES, OTHER, UNCLASSIFIED
from aicoach.coaches.goals.facts import fact, member
from aicoach.coaches.goals.mix import Mix, Part, category_mix, class_mix
from aicoach.coaches.goals.positions import Position, positions, total
from aicoach.coaches.goals.sips import sips
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Fact, FactValue, Finding, Hint, Severity, Topic, Trigger

Facts = dict[str, Fact]


def allocation(snapshot: Snapshot) -> list[Finding]:
    """The mix by asset class and by category, concentrations, regular plans. Nothing for a portfolio without value."""
    held = valued(snapshot)
    if not held:
        return []
    as_of = total(held).as_of
    findings = [_by_class(snapshot, held, as_of), _by_category(snapshot, held, as_of)]
    return [*findings, *_concentration(held, as_of), *_regular(held, as_of)]


def valued(snapshot: Snapshot) -> tuple[Position, ...]:
    """The holdings that are worth something, also those whose cost is not known."""
    return tuple(position for position in positions(snapshot) if position.valued and position.money.value > 0)


def _by_class(snapshot: Snapshot, held: Sequence[Position], as_of: date) -> Finding:
    mix = class_mix(snapshot, held)
    facts = _whole_facts(mix, as_of)
    for key in sorted(mix.parts, key=CLASSES.index):
        facts |= _part_facts(mix.parts[key], as_of)
    hints = _hint_facts(snapshot, mix, as_of)
    return _mix_finding("asset_class", mix, facts | hints, drift_hints(hints))


def _by_category(snapshot: Snapshot, held: Sequence[Position], as_of: date) -> Finding:
    mix = category_mix(snapshot, held)
    parts = list(mix.parts.values())
    told: dict[str, FactValue] = {"category_count": Decimal(sum(part.value > 0 for part in parts))}
    told |= {"largest_category": parts[0].name, "largest_category_share": parts[0].actual}
    facts = _whole_facts(mix, as_of) | _facts(told, as_of) | _end_facts(parts, as_of)
    for part in parts:
        facts |= _part_facts(part, as_of)
    return _mix_finding("category", mix, facts)


def _end_facts(parts: Sequence[Part], as_of: date) -> Facts:
    """The categories furthest above and below their targets, if any is."""
    drifts = sorted((part for part in parts if part.drift is not None), key=_drift_of)
    told: dict[str, FactValue] = {}
    for end, part in (("above", drifts[-1]), ("below", drifts[0])) if drifts else ():
        if _drift_of(part)[0] * (1 if end == "above" else -1) > 0:
            told |= {f"category_{end}": part.name, f"category_{end}_share": part.actual}
            told |= {f"category_{end}_target": part.target, f"category_{end}_points": abs(_drift_of(part)[0])}
            told |= {f"category_{end}_amount": abs(part.gap or Decimal(0))}
    return _facts(told, as_of)


def _drift_of(part: Part) -> tuple[Decimal, str]:
    return part.drift or Decimal(0), part.name


def _whole_facts(mix: Mix, as_of: date) -> Facts:
    told: dict[str, FactValue] = {"held_value": mix.whole, "held_as_of": as_of}
    said = mix.target_sum is None or mix.complete
    return _facts(told | ({} if said else {"target_sum": mix.target_sum}), as_of)


def _part_facts(part: Part, as_of: date) -> Facts:
    """``actual_<name>``, and where there is a target ``target_``, ``drift_`` and ``drift_amount_<name>``."""
    told = {"actual": part.actual, "target": part.target, "drift": part.drift, "drift_amount": part.gap}
    return dict(member(name, part.name, value, as_of) for name, value in told.items() if value is not None)


def _hint_facts(snapshot: Snapshot, mix: Mix, as_of: date) -> Facts:
    """What would close the largest gap below a target, with the SIPs that run, at today's prices."""
    if not mix.complete or UNCLASSIFIED in mix.parts:
        # Where a fund may belong anywhere, any drift may be none.
        return {}
    below = min(mix.parts.values(), key=_drift_of)
    monthly = sum((sip.amount for sip in sips(snapshot)), Decimal(0))
    if below.name == OTHER or -_drift_of(below)[0] < THRESHOLDS.hint_drift_points:
        return {}
    closing = months_to_close(-(below.gap or Decimal(0)), (below.target or Decimal(0)) / 100, monthly)
    if closing is None:
        return {}
    told: dict[str, FactValue] = {"hint_class": below.name, "hint_points_below": -_drift_of(below)[0]}
    told |= {"hint_target": below.target, "hint_months": Decimal(closing.months), "hint_monthly": monthly}
    return _facts(told | {"hint_amount": rounded_up(closing.amount, THRESHOLDS.hint_amount_step)}, as_of)


def _concentration(held: Sequence[Position], as_of: date) -> list[Finding]:
    """Funds and fund houses that hold more than much of the whole."""
    whole = sum((position.money.value for position in held), Decimal(0))
    houses: dict[str, Decimal] = defaultdict(Decimal)
    for position in held:
        houses[position.scheme.amc] += position.money.value / whole
    houses.pop("", None)
    schemes = [(position.money.value / whole, position.scheme.name) for position in held]
    told = _large("scheme", schemes, THRESHOLDS.concentrated_scheme)
    told |= _large("amc", [(share, amc) for amc, share in houses.items()], THRESHOLDS.concentrated_amc)
    facts = _facts(told, as_of)
    if not facts:
        return []
    return [_finding("concentration", "concentration", facts, _share_triggers(facts), Severity.NOTICE)]


def _large(kind: str, shares: Sequence[tuple[Decimal, str]], limit: Decimal) -> dict[str, FactValue]:
    """Those above ``limit`` of the whole: how many, and the largest."""
    large = sorted((-share, name) for share, name in shares if share > limit)
    if not large:
        return {}
    told: dict[str, FactValue] = {f"largest_{kind}": large[0][1], f"largest_{kind}_share": -large[0][0] * 100}
    return told | {f"large_{kind}_count": Decimal(len(large)), f"large_{kind}_limit": limit * 100}


def _regular(held: Sequence[Position], as_of: date) -> list[Finding]:
    """What is in regular plans: a fact about costs, no more."""
    regular = [position for position in held if (position.scheme.plan or "").strip().lower() == "regular"]
    if not regular:
        return []
    value = total(regular).value
    told: dict[str, FactValue] = {"regular_share": value / total(held).value * 100, "regular_value": value}
    told |= {"regular_count": Decimal(len(regular)), "regular_as_of": as_of}
    facts = _facts(told, as_of)
    return [_finding("regular_plans", "regular_plans", facts, _share_triggers(facts), Severity.INFO)]


def _share_triggers(facts: Mapping[str, Fact]) -> dict[str, Trigger]:
    return {
        key: Trigger(said.value, THRESHOLDS.share_move_points)
        for key, said in facts.items()
        if key.endswith("_share") and isinstance(said.value, Decimal)
    }


def _mix_finding(dimension: str, mix: Mix, facts: Facts, hints: tuple[Hint, ...] = ()) -> Finding:
    state = "mix" if mix.target_sum is None else "drift" if mix.complete else "targets_off"
    moves = {
        key: Trigger(part.actual if part.drift is None else part.drift, THRESHOLDS.drift_move_points)
        for key, part in sorted(mix.parts.items())
    }
    triggers = {"state": Trigger(state), "targets": Trigger(mix.target_sum, Decimal(0))} | moves
    far = any(abs(_drift_of(part)[0]) >= THRESHOLDS.hint_drift_points for part in mix.parts.values())
    severity = Severity.NOTICE if far or state == "targets_off" else Severity.INFO
    return _finding(dimension, f"{dimension}_{state}", facts, triggers, severity, hints)


def _finding(
    kind: str,
    phrase: str,
    facts: Facts,
    triggers: Mapping[str, Trigger],
    severity: Severity,
    hints: tuple[Hint, ...] = (),
) -> Finding:
    about = Topic(f"allocation:{kind}", triggers, THRESHOLDS.window_days)
    return Finding(kind, about, severity, phrase, facts, (), hints)


def _facts(told: Mapping[str, FactValue], as_of: date) -> Facts:
    return {key: fact(key, value, as_of) for key, value in told.items()}
