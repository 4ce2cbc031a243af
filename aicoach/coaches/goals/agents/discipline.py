"""How regularly the SIPs came: instalments made, late and missed, the streak, and what a step-up would have raised."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from aicoach.coaches.goals.facts import fact
from aicoach.coaches.goals.sips import Instalment, Sip, sips
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Fact, FactValue, Finding, Severity, Topic, Trigger


def discipline(snapshot: Snapshot) -> list[Finding]:
    """One card for all SIPs; nothing for a person who has none."""
    found = sips(snapshot)
    if not found:
        return []
    counts = _counts(found)
    told: dict[str, FactValue] = {**counts, **_last_missed(snapshot, found), **_step_up(snapshot, found)}
    facts: dict[str, Fact] = {key: fact(key, value, snapshot.today) for key, value in told.items()}
    missed, late = counts["instalments_missed"], counts["instalments_late"]
    # The streak grows every month: it is told, and triggers nothing.
    triggers = {
        "state": Trigger("running" if any(sip.active for sip in found) else "ended"),
        "missed": Trigger(missed, THRESHOLDS.rows_move),
        "late": Trigger(late, THRESHOLDS.rows_move),
    }
    about = Topic("discipline:sips", triggers, THRESHOLDS.window_days)
    severity = Severity.NOTICE if missed else Severity.GOOD
    phrase = "discipline_missed" if missed else "discipline"
    return [Finding("discipline", about, severity, phrase, facts)]


def _counts(found: Sequence[Sip]) -> dict[str, Decimal]:
    every = [instalment for sip in found for instalment in sip.instalments]
    made = sum(instalment.paid is not None for instalment in every)
    ended = sum(not sip.active for sip in found)
    told = {"sip_count": len(found), "instalments_expected": len(every), "instalments_made": made}
    told |= {"instalments_missed": len(every) - made, "instalments_late": sum(one.late for one in every)}
    told |= {"streak_months": streak(every)} | ({"sips_ended": ended} if ended else {})
    return {key: Decimal(value) for key, value in told.items()}


def streak(instalments: Sequence[Instalment]) -> int:
    """Months in a row, up to the last, in which every instalment that was due came."""
    by_month: dict[tuple[int, int], bool] = defaultdict(lambda: True)
    for one in instalments:
        by_month[one.due.year, one.due.month] &= one.paid is not None
    kept = [by_month[month] for month in sorted(by_month, reverse=True)]
    return kept.index(False) if False in kept else len(kept)


def _last_missed(snapshot: Snapshot, found: Sequence[Sip]) -> dict[str, FactValue]:
    missed: list[tuple[date, str]] = [(one.due, sip.isin) for sip in found for one in sip.instalments if not one.paid]
    if not missed:
        return {}
    due, isin = max(missed)
    scheme = snapshot.schemes.get(isin)
    return {"last_missed_on": due, "last_missed_fund": scheme.name if scheme else isin}


def _step_up(snapshot: Snapshot, found: Sequence[Sip]) -> dict[str, FactValue]:
    """Instalments that the step-up of the person's own goals would have made larger, and by how much in all."""
    asked = {goal.id: goal.annual_step_up for goal in snapshot.goals if goal.annual_step_up > 0}
    mapped: dict[str, Decimal] = {}
    for mapping in snapshot.goal_schemes:
        step_up = asked.get(mapping.goal_id, Decimal(0))
        if mapping.share and 0 < step_up <= THRESHOLDS.step_up_max:
            mapped[mapping.isin] = max(step_up, mapped.get(mapping.isin, Decimal(0)))
    raised = [amount for sip in found if sip.isin in mapped for amount in raised_by(sip, mapped[sip.isin])]
    if not mapped.keys() & {sip.isin for sip in found}:
        return {}
    return {"step_up_instalments": Decimal(len(raised)), "step_up_amount": sum(raised, Decimal(0))}


def raised_by(sip: Sip, step_up: Decimal) -> list[Decimal]:
    """By how many rupees each instalment that came was below the first one, stepped up at every twelfth month."""
    first = next(one.amount for one in sip.instalments if one.paid)
    planned = (first * (1 + step_up) ** (at // 12) for at in range(len(sip.instalments)))
    pairs = zip(planned, sip.instalments, strict=True)
    return [
        plan - one.amount for plan, one in pairs if one.paid and plan - one.amount > THRESHOLDS.same_amount * one.amount
    ]
