"""Through the gateway, with a person's own token: their rows and nothing else, and no way to change one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from jose import jwt

from aicoach.local.stack import Stack
from tests.support.rls_policy import ARGUMENTS, FUNCTIONS, TABLES, VIEWS
from tests.support.rls_rest import Door, everything, sign_up, token
from tests.support.rls_rows import Rows

OWN = sorted(name.partition(".")[2] for name, table in TABLES.items() if table.rows == "own")
VISIBLE = sorted(name.partition(".")[2] for name in [*TABLES, *VIEWS] if name.startswith("public."))
PRIVATE = sorted(name.partition(".")[2] for name in [*TABLES, *FUNCTIONS] if name.startswith("private."))
REFUSED = {401, 403, 404, 405, 406}
NOT_SIGNED_IN = 401


@dataclass(frozen=True)
class World:
    """Ana signed up and asks; Ben signed up and has rows too. ``db`` is the owner's, outside any transaction."""

    stack: Stack
    http: httpx.AsyncClient
    db: asyncpg.Connection
    ana_id: UUID
    ben_id: UUID
    ana: Door
    rows: Rows

    def door(self, bearer: str | None, key: str | None = None) -> Door:
        """The gateway for anybody else."""
        return Door(self.http, key or self.stack.rest_publishable_key, bearer)

    async def value(self, table: str, user: UUID, column: str) -> str:
        """A value of somebody's row."""
        return (await self.rows.make(f"public.{table}", user))[column].strip("'")


@pytest.fixture(scope="module")
async def world(stack: Stack) -> AsyncIterator[World]:
    """Two real people with a row in every table; taken away again at the end."""
    db = await asyncpg.connect(stack.dsn_owner)
    async with httpx.AsyncClient(base_url=stack.rest_url, timeout=30) as http:
        (ana_id, bearer), (ben_id, _) = await asyncio.gather(sign_up(http, stack), sign_up(http, stack))
        rows = Rows(db)
        for user in (ana_id, ben_id):
            for table in OWN:
                await rows.make(f"public.{table}", user)
        yield World(stack, http, db, ana_id, ben_id, Door(http, stack.rest_publishable_key, bearer), rows)
    for table in OWN:
        await db.execute(f"delete from public.{table} where user_id = any($1)", [ana_id, ben_id])
    await db.close()


@pytest.fixture
async def untouched(world: World) -> AsyncIterator[None]:
    """The test may try what it likes: in the end every table is as it was, to the byte."""
    before = await everything(world.db)
    yield
    assert await everything(world.db) == before


def refused(answer: httpx.Response) -> bool:
    """No right, nothing there, or a view that nobody can write (the gateway makes a 500 of that)."""
    return answer.status_code in REFUSED or '"code":"55000"' in answer.text


def refusals(answers: list[tuple[str, httpx.Response]]) -> list[str]:
    """What was not refused, or told more than that."""
    return [f"{what}: {r.status_code} {r.text[:200]}" for what, r in answers if not refused(r)]


@pytest.mark.usefixtures("untouched")
async def test_a_person_can_call_no_function(world: World) -> None:
    """Issue 2, done when, 4: the list is the catalog's own, so a new function cannot be forgotten."""
    names = [row["proname"] for row in await world.db.fetch(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace")]  # fmt: skip
    answers = []
    for name in names:
        argument: dict[str, Any] = dict(ARGUMENTS.get(name, {}))
        for key, table in argument.items():
            if str(table) in TABLES:
                argument[key] = await world.value(table.partition(".")[2], world.ana_id, "id")
        answers.append((name, await world.ana.knock("POST", f"rpc/{name}", {"p": argument})))
        answers.append((f"GET {name}", await world.ana.knock("GET", f"rpc/{name}", None)))
        answers.append((f"{name}()", await world.ana.knock("POST", f"rpc/{name}", {})))
    assert len(answers) >= 3 * len(ARGUMENTS)
    assert refusals(answers) == []


async def test_the_same_calls_open_to_the_engine(world: World) -> None:
    """Or the refusals here would prove nothing but a wrong address."""
    door = world.door(token(world.stack.jwt_secret, world.ana_id, "aicoach_engine"))
    for name in ("ai_get_prefs", "ai_list_insights", "ai_seen_recently"):
        answer = await door.knock("POST", f"rpc/{name}", {"p": {}})
        assert answer.status_code == 200, answer.text
    renamed = await door.knock("PATCH", "ai_insights?user_id=not.is.null", {"user_id": str(world.ana_id)})
    assert [row["user_id"] for row in renamed.json()] == [str(world.ana_id)]


@pytest.mark.usefixtures("untouched")
async def test_a_person_can_write_no_table(world: World) -> None:
    """Issue 2, done when, 4: every insert, upsert, update and delete, on rows of their own and of others."""
    answers = []
    for table in VISIBLE:
        column = await first_column(world.db, table)
        body = {column: str(world.ana_id), **({"scope_id": str(world.ana_id)} if table.startswith("ai_") else {})}
        own = f"{table}?{column}=not.is.null"
        answers += [
            (f"POST {table}", await world.ana.knock("POST", table, body)),
            (f"upsert {table}", await world.ana.knock("POST", table, body, Prefer="resolution=merge-duplicates")),
            (f"PUT {table}", await world.ana.knock("PUT", f"{table}?{column}=eq.{world.ana_id}", body)),
            (f"PATCH {table}", await world.ana.knock("PATCH", own, {column: str(world.ben_id)})),
            (f"PATCH all of {table}", await world.ana.knock("PATCH", table, {column: str(world.ben_id)})),
            (f"DELETE {table}", await world.ana.knock("DELETE", own)),
            (f"DELETE all of {table}", await world.ana.knock("DELETE", table)),
        ]
    assert refusals(answers) == []


async def first_column(db: asyncpg.Connection, table: str) -> str:
    """user_id where there is one, so that giving a row away is what is tried."""
    name: str = await db.fetchval(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped "
        "order by attname <> 'user_id', attnum limit 1", f"public.{table}"
    )  # fmt: skip
    return name


@pytest.mark.usefixtures("untouched")
async def test_a_person_cannot_reach_behind_the_public_schema(world: World) -> None:
    """Neither private helpers, nor sign-in's tables, nor what every Postgres has."""
    answers = []
    for schema in ("private", "auth", "pg_catalog", "information_schema", "supabase_migrations"):
        headers = {"Accept-Profile": schema, "Content-Profile": schema}
        for path in [*PRIVATE, "users", "pg_authid", "schema_migrations"]:
            answers.append((f"{schema}.{path}", await world.ana.knock("GET", path, **headers)))
        for name in ("set_config", "count_tokens", "finish", "pg_sleep", "uid"):
            body = {"setting_name": "role", "new_value": "postgres", "is_local": True}
            answers.append((f"{schema}.{name}()", await world.ana.knock("POST", f"rpc/{name}", body, **headers)))
    for path in ("private.token_counters", "auth.users", "rpc/set_config", "rpc/private.me", "pg_authid"):
        answers.append((path, await world.ana.knock("GET" if "rpc" not in path else "POST", path, {})))
    assert refusals(answers) == []


@pytest.mark.usefixtures("untouched")
async def test_a_person_sees_only_rows_of_their_own(world: World) -> None:
    """S0-5.3a: whatever the filter says."""
    ana, ben = world.ana_id, world.ben_id
    for table in [*OWN, "current_portfolio", "goals", "goal_schemes"]:
        for query in (
            "select=*",
            f"user_id=eq.{ben}",
            f"or=(user_id.eq.{ben},user_id.neq.{ana})",
            f"user_id=in.({ana},{ben})",
            "user_id=not.is.null&order=user_id.desc&limit=1000",
            f"and=(or(user_id.eq.{ben},user_id.eq.{ana}))",
        ):
            answer = await world.ana.knock("GET", f"{table}?{query}", Prefer="count=exact")
            assert answer.status_code in {200, 206}, f"{table}?{query}: {answer.text}"
            assert {row["user_id"] for row in answer.json()} <= {str(ana)}
            assert str(ben) not in answer.text
            assert answer.headers["content-range"].partition("/")[2] == str(len(answer.json()))
    mine = await world.ana.knock("GET", "ai_sessions?select=*,ai_insights(*)")
    assert [row["user_id"] for row in mine.json()] == [str(ana)]
    theirs = await world.value("ai_sessions", ben, "id")
    assert (await world.ana.knock("GET", f"ai_sessions?id=eq.{theirs}&select=*,ai_insights(*)")).json() == []


async def test_a_person_changes_their_answer_and_their_preferences_and_nobody_elses(world: World) -> None:
    """DESIGN 4.3: what a browser may write, it can, for its own rows and in these columns only."""
    before = await everything(world.db)
    tries: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("ai_recommendations", {"status": "accepted"}, {"title": "Buy", "user_id": str(world.ben_id)}),
        ("ai_user_prefs", {"locale": "hi-IN"}, {"token_budget": 10**6, "scope_id": str(world.ben_id)}),
    ]
    for table, allowed, refused_here in tries:
        for path in (table, f"{table}?user_id=eq.{world.ana_id}", f"{table}?user_id=eq.{world.ben_id}"):
            for column, value in refused_here.items():
                answer = await world.ana.knock("PATCH", path, {column: value})
                assert answer.status_code == 403, answer.text
                assert (await world.ana.knock("PATCH", path, allowed | {column: value})).status_code == 403
        theirs = await world.ana.knock("PATCH", f"{table}?user_id=eq.{world.ben_id}", allowed)
        assert theirs.json() == []
        assert await everything(world.db) == before
        mine = await world.ana.knock("PATCH", f"{table}?user_id=not.is.null", allowed)
        assert [row["user_id"] for row in mine.json()] == [str(world.ana_id)]
        after = await everything(world.db)
        assert {name for name in after if after[name] != before[name]} == {f"public.{table}"}
        before = after
        column, value = next(iter(allowed.items()))
        changed = f"select array_agg(user_id) from public.{table} where {column} = $1 and user_id = any($2)"
        assert await world.db.fetchval(changed, value, [world.ana_id, world.ben_id]) == [world.ana_id]


@pytest.mark.usefixtures("untouched")
async def test_without_a_token_there_is_nothing(world: World) -> None:
    """Anon, a key that is none, and the secret key: service_role is granted nothing of ours."""
    doors: dict[str, Door] = {
        "anon": world.door(None),
        "a publishable key as bearer": world.door(world.stack.rest_publishable_key),
        "no token at all": world.door("x"),
        "a made-up key": world.door(None, "sb_publishable_made_up"),
        "the secret key": world.door(None, world.stack.keys.secret_key),
    }
    for name, door in doors.items():
        answers = [(f"{name} GET {table}", await door.knock("GET", table)) for table in VISIBLE]
        row = {"user_id": str(world.ana_id)}
        answers += [(f"{name} {method}", await door.knock(method, "ai_insights", row)) for method in ("POST", "DELETE")]
        answers += [(f"{name} {fn}", await door.knock("POST", f"rpc/{fn}", {"p": {}})) for fn in ARGUMENTS]
        assert refusals(answers) == []


def forged(world: World) -> dict[str, str]:
    """Tokens made by somebody who does not have the secret, or that are over."""
    secret, ana = world.stack.jwt_secret, world.ana_id
    good = token(secret, ana)
    head, body, signature = good.split(".")
    engine_body = token("guess", ana, "aicoach_engine").split(".")[1]
    unsigned = jwt.encode({"role": "authenticated", "sub": str(ana)}, "x").split(".")[1]
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    return {
        "wrong key": token("not the secret", ana),
        "empty key": token("", ana),
        "the publishable key as key": token(world.stack.rest_publishable_key, ana),
        "expired": token(secret, ana, lives=-60),
        "not yet": token(secret, ana, nbf=2**33),
        "service_role": token("guess", ana, "service_role"),
        "postgres": token("guess", None, "postgres"),
        "the engine": token("guess", ana, "aicoach_engine"),
        "jobs": token("guess", None, "aicoach_jobs"),
        "another body": f"{head}.{engine_body}.{signature}",
        "alg none": f"{none}.{unsigned}.",
        "alg none, signature kept": f"{none}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "RS256": jwt.encode({"role": "authenticated", "sub": str(ana)}, world.stack.bridge_private_pem, "RS256"),
    }


@pytest.mark.usefixtures("untouched")
async def test_a_token_signed_by_somebody_else_opens_nothing(world: World) -> None:
    """Security.md 5, row 1, at the gateway; our own bridge token is no token here either. Security row 4."""
    for name, bearer in forged(world).items():
        for path in ("ai_sessions", f"ai_sessions?user_id=eq.{world.ana_id}", "navs"):
            answer = await world.door(bearer).knock("GET", path)
            assert answer.status_code == NOT_SIGNED_IN, f"{name}: {answer.status_code} {answer.text}"
        answer = await world.door(bearer).knock("POST", "rpc/ai_start_session", {"p": {"coach": "goals"}})
        assert answer.status_code == NOT_SIGNED_IN, f"{name}: {answer.status_code} {answer.text}"


@pytest.mark.usefixtures("untouched")
async def test_even_the_gateways_secret_gives_service_role_nothing(world: World) -> None:
    """DESIGN 4.3: no service_role key anywhere, because it opens nothing of ours. Security row 12."""
    for sub in (None, world.ana_id):
        door = world.door(token(world.stack.jwt_secret, sub, "service_role"))
        for table in VISIBLE:
            assert (await door.knock("GET", table)).status_code in REFUSED


async def test_a_person_cannot_choose_their_role(world: World) -> None:
    """What sign-up or a profile says about roles never reaches the token's role claim."""
    for more in (
        {"role": "aicoach_engine"},
        {"data": {"role": "service_role"}, "app_metadata": {"role": "postgres"}},
        {"aud": "aicoach", "id": str(uuid4()), "user_metadata": {"sub": str(world.ben_id)}},
    ):
        user_id, bearer = await sign_up(world.http, world.stack, **more)
        door = world.door(bearer)
        await door.knock("PUT", "/auth/v1/user", {"role": "aicoach_engine", "data": {"role": "aicoach_engine"}})
        said = jwt.get_unverified_claims(bearer)
        assert (said["role"], said["sub"]) == ("authenticated", str(user_id))
        assert user_id != world.ben_id
        assert (await door.knock("POST", "rpc/ai_get_prefs", {"p": {}})).status_code in REFUSED
        assert (await door.knock("GET", "ai_sessions")).json() == []
        stored = await world.db.fetchval("select role from auth.users where id = $1", user_id)
        assert stored in {None, "authenticated"}
