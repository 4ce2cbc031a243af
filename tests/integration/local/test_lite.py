"""Supabase Lite serves the local database, and what it would give away has been taken back."""

from collections.abc import Iterator

import pytest

from aicoach.local import http
from aicoach.local.demo import DemoUser
from aicoach.local.http import Answer
from aicoach.local.stack import Stack

GRANTED = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
join pg_roles r on r.oid = a.grantee
where n.nspname = 'public' and c.relkind = 'r'
  and (r.rolname in ('anon', 'service_role')
       or r.rolname = 'authenticated' and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'))
"""
WHO = 'set local request.jwt.claims = \'{"sub": "11111111-1111-4111-8111-111111111111"}\'; select auth.uid()'


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, because these tests kill its gateway."""
    with Stack(tmp_path_factory.mktemp("gateway"), parts=("postgres", "lite"), durable=False) as running:
        yield running


def ask(stack: Stack, path: str, token: str | None = None, body: object = None) -> Answer:
    headers = {"apikey": stack.rest_publishable_key} | ({"authorization": f"Bearer {token}"} if token else {})
    return http.ask(stack.ports.rest, path, headers=headers, body=body)


def sign_in(stack: Stack, user: DemoUser) -> str:
    body = {"email": user.email, "password": user.password}
    answer = ask(stack, "/auth/v1/token?grant_type=password", body=body)
    assert answer.status == 200, answer.body
    assert answer.json()["user"]["id"] == user.user_id
    return str(answer.json()["access_token"])


def test_both_demo_users_sign_in_under_the_ids_the_seed_knows(gateway: Stack) -> None:
    for user in gateway.demo_users:
        token = sign_in(gateway, user)
        known = ask(gateway, "/auth/v1/user", token).json()
        assert (known["id"], known["user_metadata"]["name"]) == (user.user_id, user.name)


def test_a_wrong_password_is_refused(gateway: Stack) -> None:
    user = gateway.demo_users[0]
    body = {"email": user.email, "password": "not it"}
    assert ask(gateway, "/auth/v1/token?grant_type=password", body=body).status == 400


def test_a_session_can_be_refreshed(gateway: Stack) -> None:
    user = gateway.demo_users[0]
    body = {"email": user.email, "password": user.password}
    first = ask(gateway, "/auth/v1/token?grant_type=password", body=body).json()
    again = ask(gateway, "/auth/v1/token?grant_type=refresh_token", body={"refresh_token": first["refresh_token"]})
    assert again.json()["user"]["id"] == user.user_id


def test_a_signed_in_user_reads_and_cannot_write_engine_tables(gateway: Stack) -> None:
    token = sign_in(gateway, gateway.demo_users[0])
    assert ask(gateway, "/rest/v1/ai_insights?select=id", token).status == 200
    refused = ask(gateway, "/rest/v1/ai_insights", token, body={"title": "mine"})
    assert (refused.status, refused.json()["code"]) == (403, "42501")


def test_nobody_without_a_session_reads_anything(gateway: Stack) -> None:
    assert ask(gateway, "/rest/v1/ai_insights?select=id").status == 401


def test_a_request_without_a_key_is_not_raised_to_an_administrator(gateway: Stack) -> None:
    assert http.ask(gateway.ports.rest, "/rest/v1/ai_insights?select=id").status == 401


@pytest.mark.parametrize("how", ["kill_part", "stop_part"])
def test_grants_and_functions_are_ours_again_after_every_restart(gateway: Stack, how: str) -> None:
    """The gateway replaces auth.uid() and grants everything to everybody each time it starts."""
    getattr(gateway, how)("lite")
    gateway.start_part("lite")
    assert ask(gateway, "/rest/v1/ai_insights?select=id").status == 401
    assert gateway.owner.run(GRANTED).strip() == "0"
    assert gateway.owner.run(WHO).strip() == "11111111-1111-4111-8111-111111111111"


def test_the_gateway_recovers_when_the_database_was_killed(gateway: Stack) -> None:
    token = sign_in(gateway, gateway.demo_users[0])
    gateway.kill_part("postgres")
    gateway.start_part("postgres")
    assert ask(gateway, "/rest/v1/ai_insights?select=id", token).status == 200


def test_demo_users_made_without_sign_in_can_log_in_once_it_runs(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("later")
    with Stack(home, parts=("postgres",), durable=False):
        pass
    with Stack(home, parts=("postgres", "lite"), durable=False) as later:
        for user in later.demo_users:
            sign_in(later, user)
