"""The whole real stack, with enough people that no browser test meets another's insights."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from aicoach.local import environment, lite
from aicoach.local.stack import Stack
from tests.e2e.people import PEOPLE, give_portfolios


@dataclass(frozen=True)
class Site:
    """A running product, and the logins of its people; the first two have a button on /login."""

    stack: Stack
    people: list[dict[str, str]]

    @property
    def env(self) -> dict[str, str]:
        """What a browser test needs to know."""
        logins = json.dumps(self.people)
        return {**environment.base(), "E2E_BASE_URL": self.stack.web_url, "E2E_USERS": logins}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """PostgreSQL, Redis, Supabase Lite, the service and the built façade, on free ports."""
    with Stack(tmp_path_factory.mktemp("site"), durable=False) as stack:
        people = [{"name": u.name, "email": u.email, "password": u.password} for u in stack.demo_users]
        for number in range(len(people), PEOPLE):
            someone = {"name": f"Person {number}", "email": f"person{number}@aicoach.example", "password": "a-long-password"}
            lite.sign_up(stack.ports.rest, stack.keys, someone["email"], someone["password"], someone["name"])
            people.append(someone)
        give_portfolios(stack.owner, stack.demo_users[0].user_id)
        yield Site(stack, people)
