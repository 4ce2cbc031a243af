"""How the person's money did: the whole portfolio, what added and what took away, and each scheme."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from aicoach.coaches.goals.agents.return_facts import Facts, benchmark_facts, money_facts
from aicoach.coaches.goals.facts import fact
from aicoach.coaches.goals.history import history
from aicoach.coaches.goals.positions import Money, Position, State, counted, positions, total
from aicoach.coaches.goals.rates import Basis, Rate, rate
from aicoach.coaches.goals.snapshot import Note, Snapshot, Why
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Fact, Finding, Series, Severity, Topic, Trigger

_PHRASE_OF = {
    Basis.ANNUAL: "",
    Basis.ABSOLUTE: "_first_year",
    Basis.NO_RATE: "_no_rate",
    Basis.SEVERAL_RATES: "_several_rates",
}


def performance(snapshot: Snapshot) -> list[Finding]:
    """The portfolio first, then contributors, what was set aside, and each scheme by value."""
    held = positions(snapshot)
    whole = counted(held)
    findings = [_portfolio(snapshot, held, whole)]
    findings += _contributors(whole)
    findings += _set_aside(snapshot)
    return findings + [_scheme(snapshot, position) for position in held]


def _portfolio(snapshot: Snapshot, held: Sequence[Position], whole: Sequence[Position]) -> Finding:
    facts = _left_out(snapshot, held)
    balances = [position for position in held if position.state is State.BALANCE]
    if balances and not whole:
        return _balances(snapshot, held, balances)
    if not whole:
        state = "nothing_counted" if held else "empty"
        facts |= {"portfolio_as_of": fact("portfolio_as_of", snapshot.today)}
        return _finding("portfolio", f"portfolio_{state}", facts, _triggers(state, None, None, facts))
    money = total(whole)
    earned = rate(money)
    facts |= money_facts("portfolio", money, earned)
    facts |= benchmark_facts(snapshot, whole, money, earned)
    facts |= {"scheme_count": fact("scheme_count", len(whole), money.as_of)}
    facts |= {"portfolio_as_of": fact("portfolio_as_of", money.as_of)}
    if not any(position.units for position in whole):
        facts |= {"portfolio_closed_on": fact("portfolio_closed_on", money.as_of)}
    lines = history(snapshot, whole, money)
    triggers = _triggers(earned.basis.value, earned, money, facts)
    return _finding("portfolio", "portfolio" + _PHRASE_OF[earned.basis], facts, triggers, lines)


def _balances(snapshot: Snapshot, held: Sequence[Position], balances: Sequence[Position]) -> Finding:
    """A portfolio of balances only: what it is worth, and that there is no return, and why."""
    money = total(balances)
    facts = {
        "portfolio_value": fact("portfolio_value", money.value, money.as_of),
        "portfolio_xirr": fact("portfolio_xirr", None, money.as_of),
        "scheme_count": fact("scheme_count", len(balances), money.as_of),
        "portfolio_as_of": fact("portfolio_as_of", money.as_of),
    }
    if others := len(held) - len(balances):
        facts["schemes_left_out"] = fact("schemes_left_out", others, snapshot.today)
    return _finding("portfolio", "portfolio_balance", facts, _triggers("balance", None, money, facts))


def _left_out(snapshot: Snapshot, held: Sequence[Position]) -> Facts:
    """What the figures do not contain, and prices that are old: only what there is."""
    facts: Facts = {}
    if schemes := len(held) - len(counted(held)):
        facts["schemes_left_out"] = fact("schemes_left_out", schemes, snapshot.today)
    if rows := len(_rows_left_out(snapshot)):
        facts["rows_left_out"] = fact("rows_left_out", rows, snapshot.today)
    old = [position.price.day for position in counted(held) if position.stale and position.price]
    if old:
        facts["stale_count"] = fact("stale_count", len(old), snapshot.today)
        facts["oldest_nav_date"] = fact("oldest_nav_date", min(old))
    return facts


def _rows_left_out(snapshot: Snapshot) -> list[Note]:
    return [note for note in snapshot.notes if note.source == "transactions"]


def _contributors(whole: Sequence[Position]) -> list[Finding]:
    """The two ends of the list of gains, if it has two ends."""
    ranked = sorted(whole, key=lambda position: (-position.money.gain, position.scheme.name, position.scheme.isin))
    if len(ranked) < 2 or ranked[0].money.gain == ranked[-1].money.gain:
        return []
    facts: Facts = {"contributor_count": fact("contributor_count", len(ranked))}
    for end, position in (("top", ranked[0]), ("bottom", ranked[-1])):
        name, gain = f"{end}_scheme_name", f"{end}_scheme_gain"
        facts[name] = fact(name, position.scheme.name)
        facts[gain] = fact(gain, position.money.gain, position.money.as_of)
    # Names are no triggers: two schemes close together would change places, and be told, every day.
    moved = {
        f"{end}_gain": Trigger(_amount(facts[f"{end}_scheme_gain"]), THRESHOLDS.gain_move, relative=True)
        for end in ("top", "bottom")
    }
    return [_finding("contributors", "contributors", facts, moved)]


def _set_aside(snapshot: Snapshot) -> list[Finding]:
    """Rows that do not count, by reason."""
    counts = {why: sum(note.why is why for note in _rows_left_out(snapshot)) for why in Why}
    facts = {f"rows_{why}": fact(f"rows_{why}", count, snapshot.today) for why, count in counts.items() if count}
    if not facts:
        return []
    moved = {key: Trigger(_amount(said), THRESHOLDS.rows_move) for key, said in facts.items()}
    return [_finding("set_aside", "set_aside", facts, moved, severity=Severity.NOTICE)]


def _scheme(snapshot: Snapshot, position: Position) -> Finding:
    facts: Facts = {"scheme_name": fact("scheme_name", position.scheme.name)}
    topic = f"scheme:{position.scheme.isin}"
    if position.state is State.BALANCE:
        return _scheme_balance(position, topic, facts)
    if position.state is not State.COUNTED:
        facts["scheme_as_of"] = fact("scheme_as_of", snapshot.today)
        triggers = _triggers(position.state.value, None, None, {})
        return _finding("scheme", f"scheme_{position.state}", facts, triggers, topic=topic, severity=Severity.NOTICE)
    earned = rate(position.money)
    facts |= money_facts("scheme", position.money, earned) | _holding_facts(position)
    facts |= benchmark_facts(snapshot, [position], position.money, earned)
    triggers = _triggers(earned.basis.value, earned, position.money, {})
    return _finding("scheme", "scheme" + _PHRASE_OF[earned.basis], facts, triggers, topic=topic)


def _scheme_balance(position: Position, topic: str, facts: Facts) -> Finding:
    """What is held and what it is worth; without transactions there is no return, and the card says why."""
    as_of = position.money.as_of
    facts |= {"scheme_value": fact("scheme_value", position.money.value, as_of)}
    facts |= {"scheme_xirr": fact("scheme_xirr", None, as_of)} | _holding_facts(position)
    triggers = _triggers(State.BALANCE.value, None, position.money, {})
    return _finding("scheme", "scheme_balance", facts, triggers, topic=topic)


def _holding_facts(position: Position) -> Facts:
    if position.price is None or not position.units:
        return {"scheme_closed_on": fact("scheme_closed_on", position.money.as_of)}
    day = position.price.day
    facts = {
        "scheme_units": fact("scheme_units", position.units, position.money.as_of),
        "scheme_nav": fact("scheme_nav", position.price.value, day),
        "scheme_nav_date": fact("scheme_nav_date", day),
    }
    return facts | ({"scheme_stale_since": fact("scheme_stale_since", day)} if position.stale else {})


def _triggers(state: str, earned: Rate | None, money: Money | None, facts: Facts) -> dict[str, Trigger]:
    """What makes a card worth saying again: its kind of figure, its return, its value, what it leaves out."""
    percent = None if earned is None or earned.percent is None else round(earned.percent, 2)
    worth = None if money is None else round(money.value, 2)
    left_out = sum(_amount(facts[key]) for key in ("schemes_left_out", "rows_left_out") if key in facts)
    return {
        "state": Trigger(state),
        "return": Trigger(percent, THRESHOLDS.return_move_points),
        "value": Trigger(worth, THRESHOLDS.value_move, relative=True),
        "left_out": Trigger(Decimal(left_out), THRESHOLDS.rows_move),
    }


def _amount(said: Fact) -> Decimal:
    return said.value if isinstance(said.value, Decimal) else Decimal(0)


def _finding(
    kind: str,
    phrase: str,
    facts: Facts,
    triggers: Mapping[str, Trigger],
    series: tuple[Series, ...] = (),
    topic: str | None = None,
    severity: Severity | None = None,
) -> Finding:
    notice = any(key in facts for key in ("schemes_left_out", "rows_left_out", "stale_count", "scheme_stale_since"))
    heard = severity or (Severity.NOTICE if notice else Severity.INFO)
    about = Topic(f"performance:{topic or kind}", triggers, THRESHOLDS.window_days)
    return Finding(kind, about, heard, phrase, facts, series)
