"""A depository's consolidated statement (NSDL, CDSL), in the JSON of casparser 1.4: what is held, not how it came."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from aicoach.coaches.goals.statements.cas_model import CasPeriod, Number, Part, Text
from aicoach.coaches.goals.statements.fields import read_date, read_isin
from aicoach.coaches.goals.statements.model import NotAStatement, Rejected

_DEPOSITORIES: Final = ("NSDL", "CDSL")


@dataclass(slots=True)
class Balance:
    """Units of one scheme over all accounts of the statement."""

    isin: str
    scheme: str
    units: Decimal = field(default=Decimal(0))


@dataclass(frozen=True, slots=True)
class Balances:
    """What was held at the end of the period. Shares and bonds are not among it; ``unread`` counts what was lost."""

    issuer: str
    period: tuple[date, date]
    held: tuple[Balance, ...]
    rejected: tuple[Rejected, ...] = ()
    unread: int = 0


class _Fund(Part):
    isin: Text
    name: Text | None = None
    balance: Number


class _Account(Part):
    mutual_funds: tuple[_Fund, ...] = ()


class _Depository(Part):
    file_type: Text
    statement_period: CasPeriod
    accounts: tuple[_Account, ...]
    parse_warnings: tuple[str, ...] = ()


def is_depository(data: Any) -> bool:
    """Whether this is a depository's statement, by what it says of itself."""
    return isinstance(data, dict) and (data.get("file_type") in _DEPOSITORIES or "accounts" in data)


def read_balances(data: Any) -> Balances:
    """The funds of the statement; raises NotAStatement, also when there is not one fund in it."""
    try:
        said = _Depository.model_validate(data)
    except ValidationError:
        # Its text repeats the input.
        raise NotAStatement("not_a_statement") from None
    start, end = read_date(said.statement_period.from_), read_date(said.statement_period.to)
    if start is None or end is None:
        raise NotAStatement("no_period")
    held: dict[str, Balance] = {}
    rejected: list[Rejected] = []
    for row, fund in _funds(said):
        isin = read_isin(fund.isin)
        if isin is None or fund.balance < 0:
            rejected.append(Rejected(row, "units" if isin else "isin", scheme=fund.name or ""))
            continue
        held.setdefault(isin, Balance(isin, fund.name or "")).units += fund.balance
    whole = tuple(one for one in held.values() if one.units)
    if not whole and not rejected:
        raise NotAStatement("no_funds")
    return Balances(said.file_type, (start, end), whole, tuple(rejected), len(said.parse_warnings))


def _funds(said: _Depository) -> Iterator[tuple[int, _Fund]]:
    """Every fund of every account, numbered in the statement's order, from 1."""
    funds = (fund for account in said.accounts for fund in account.mutual_funds)
    return enumerate(funds, start=1)
