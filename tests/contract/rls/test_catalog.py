"""The catalog, walked: what is added tomorrow fails here until it is fenced and classified."""

import json

import asyncpg
import pytest

from aicoach.coaches.goals.daily import daily_rule
from tests.support.rls_policy import ARGUMENTS, FOLDER, FUNCTIONS, TABLES, function_faults, grant_faults, rule_faults

RULES = sorted(path.stem for path in (FOLDER / "rules").glob("*.sql"))


@pytest.mark.parametrize("rule", RULES)
async def test_the_catalog_keeps_the_rule(db: asyncpg.Connection, rule: str) -> None:
    """DESIGN 4.5; security.md 5, row 9. The rule's own words are the first lines of its file."""
    faults = await rule_faults(db, rule)
    assert not faults, "\n".join(faults)


async def test_every_right_on_tables_and_views_was_meant(db: asyncpg.Connection) -> None:
    """DESIGN 4.3: also proves that the gateway's own grants were taken back."""
    faults = await grant_faults(db)
    assert not faults, "\n".join(faults)


async def test_every_function_is_executable_by_whom_it_was_meant_for(db: asyncpg.Connection) -> None:
    """DESIGN 4.5: the engine, jobs, or nobody; what only reads is stable or immutable."""
    faults = await function_faults(db)
    assert not faults, "\n".join(faults)


def test_a_browser_changes_only_its_answers_and_harmless_preferences() -> None:
    """DESIGN 4.3, in so many words, so that the data table cannot drift away from it."""
    writable = {
        (name, right) for name, table in TABLES.items() for right in table.rights["authenticated"] if right != "select"
    }
    harmless = {"locale", "timezone", "focus", "email_opt_in", "llm_enabled"}
    prefs = {("public.ai_user_prefs", f"update({column})") for column in harmless}
    assert writable == prefs | {("public.ai_recommendations", "update(status)")}


def test_no_function_is_for_a_browser() -> None:
    """DESIGN 4.3: otherwise a person with curl could commit an insight or reset a budget."""
    assert {role for words in FUNCTIONS.values() for role in words} <= {
        "volatile", "stable", "immutable", "aicoach_engine", "aicoach_jobs", "aicoach_observer",
    }  # fmt: skip
    assert {f"public.{name}" for name in ARGUMENTS} == {name for name in FUNCTIONS if name.startswith("public.")}


async def test_the_pool_logs_in_as_somebody_whom_policies_bind(db: asyncpg.Connection, service_login: str) -> None:
    """DESIGN 4.3: the settings' own database_url, not a superuser's. Security row 12."""
    connection = await asyncpg.connect(service_login)
    try:
        assert await connection.fetchval("select session_user::text") == "aicoach_service"
        for role in ("authenticated", "anon", "service_role", "authenticator", "postgres", "pg_read_all_data"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"set role {role}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("set session authorization postgres")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("set row_security = off; select * from public.ai_sessions")
    finally:
        await connection.close()


async def test_jobs_read_nobodys_money(db: asyncpg.Connection) -> None:
    """DESIGN 4.3: who is due is asked by a question; the amounts that decide it stay inside. Security row 12."""
    readable = (
        "select attrelid::regclass || '.' || attname from pg_attribute where attrelid = any ($1::regclass[]) "
        "and attname = any ($2) and has_column_privilege($3, attrelid, attnum, 'select')"
    )
    own = [name for name, table in TABLES.items() if table.rows == "own"]
    money = ["amount", "units", "trigger_values", "target_amount", "monthly_amount", "share"]
    seen = {role: await db.fetch(readable, own, money, role) for role in ("aicoach_engine", "aicoach_jobs")}
    assert len(seen["aicoach_engine"]) >= len(money)
    assert seen["aicoach_jobs"] == []


async def test_who_is_due_is_answered_with_ids_and_times_alone(db: asyncpg.Connection) -> None:
    """The answer's shape is the other half of that fence: demo users are due."""
    question = json.dumps(dict(daily_rule(["performance"]).argument))
    answer = json.loads(await db.fetchval("select ai_due_goals($1)", question))
    assert answer.keys() == {"users", "checked", "next"}
    assert {tuple(sorted(user)) for user in answer["users"]} == {("since", "user_id", "why")}
