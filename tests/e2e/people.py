"""Enough people with a portfolio of their own, so that every browser test starts with somebody new."""

from typing import Final

from aicoach.local.psql import Psql

PEOPLE: Final = 15


def give_portfolios(owner: Psql, example: str) -> None:
    """Give everyone without a portfolio a copy of the demo investor's."""
