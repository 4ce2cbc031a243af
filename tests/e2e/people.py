"""Enough people with a portfolio of their own, so that every browser test starts with somebody new."""

from pathlib import Path
from typing import Final

from aicoach.local import lite
from aicoach.local.stack import Stack

PEOPLE: Final = 21
NEWCOMERS: Final = 3
HOUSEHOLD: Final = "Household"
"""Somebody with sixteen funds and four goals: as much as a real page has to hold."""
READER: Final = "Reader"
"""Somebody whom the coach has told a lot, long ago."""
_PASSWORD: Final = "a-long-password"

Login = dict[str, str]


def bring_people(stack: Stack) -> list[Login]:
    """The demo users, who have a button on /login; strangers with the first one's portfolio; newcomers; two others."""
    known = [{"name": user.name, "email": user.email, "password": user.password} for user in stack.demo_users]
    strangers = [_sign_up(stack, "Person", number) for number in range(len(known), PEOPLE)]
    variables = {"example": stack.demo_users[0].user_id}
    stack.owner.run_files([Path(__file__).with_name("give_portfolios.sql")], variables=variables)
    # After the gifts: a newcomer has nothing but a login.
    newcomers = [_sign_up(stack, "Newcomer", number) for number in range(NEWCOMERS)]
    gifts = {HOUSEHOLD: "give_household.sql", READER: "give_history.sql"}
    return [*known, *strangers, *newcomers, *(_sign_up_with(stack, kind, gift) for kind, gift in gifts.items())]


def _sign_up_with(stack: Stack, kind: str, gift: str) -> Login:
    someone = _sign_up(stack, kind, 0)
    stack.owner.run_files([Path(__file__).with_name(gift)], variables={"email": someone["email"]})
    return someone


def _sign_up(stack: Stack, kind: str, number: int) -> Login:
    email = f"{kind.lower()}{number}@aicoach.example"
    someone = {"name": f"{kind} {number}", "email": email, "password": _PASSWORD}
    lite.sign_up(stack.ports.rest, stack.keys, someone["email"], someone["password"], someone["name"])
    return someone
