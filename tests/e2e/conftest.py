"""The whole real stack, with enough people that no browser test meets another's insights."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from aicoach.local import environment
from aicoach.local.stack import Stack
from tests.e2e.people import Login, bring_people


@dataclass(frozen=True)
class Site:
    """A running product and the logins of its people."""

    stack: Stack
    people: list[Login]

    @property
    def env(self) -> dict[str, str]:
        """What a browser test needs to know."""
        logins = json.dumps(self.people)
        known = {"E2E_BASE_URL": self.stack.web_url, "E2E_USERS": logins, "E2E_CRON_SECRET": self.stack.cron_secret}
        return {**environment.base(), **known}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """PostgreSQL, Redis, Supabase Lite, the service and the built façade, on free ports."""
    with Stack(tmp_path_factory.mktemp("site"), durable=False) as stack:
        yield Site(stack, bring_people(stack))
