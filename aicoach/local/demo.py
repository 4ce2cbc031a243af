"""Two people to try the coach as: always the same ids, so that the demo portfolio belongs to them."""

import json
from dataclasses import dataclass
from uuid import UUID

from aicoach.local import lite
from aicoach.local.keys import Keys
from aicoach.local.paths import HERE
from aicoach.local.psql import Psql


@dataclass(frozen=True)
class DemoUser:
    """A login that works on this laptop only."""

    name: str
    email: str
    password: str
    user_id: str


def demo_users(keys: Keys) -> list[DemoUser]:
    return [DemoUser(p["name"], p["email"], keys.demo_password, p["user_id"]) for p in _people()]


def first_demo_user_id() -> UUID:
    """Whom a command means when it names nobody."""
    return UUID(_people()[0]["user_id"])


def _people() -> list[dict[str, str]]:
    people: list[dict[str, str]] = json.loads((HERE / "demo_users.json").read_text())
    return people


def create_demo_users(owner: Psql, keys: Keys, rest_port: int | None) -> None:
    """Make sure that both exist, with a password when sign-in runs (`rest_port`); safe to repeat."""
    for user in demo_users(keys):
        if rest_port is not None and not _can_log_in(owner, user):
            # A row without a password stands in the way of sign-up; its id, and what refers to it, stay.
            owner.run("update auth.users set email = null where email = :'demo_email'", {"demo_email": user.email})
            lite.sign_up(rest_port, keys, user.email, user.password, user.name)
        owner.run_files(
            [HERE / "sql" / "adopt_demo_user.sql"], variables={"demo_email": user.email, "demo_id": user.user_id}
        )


def _can_log_in(owner: Psql, user: DemoUser) -> bool:
    sql = "select count(*) from auth.users where email = :'demo_email' and encrypted_password is not null"
    return owner.run(sql, {"demo_email": user.email}).strip() != "0"
