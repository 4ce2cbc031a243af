"""Whatever is put into a function's argument, it refuses cleanly or serves its own caller; nobody else's row moves."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.rls_actors import JOBS, attempt, engine
from tests.support.rls_policy import ARGUMENTS, FUNCTIONS, TABLES
from tests.support.rls_rows import Rows, literal

ANA, BEN = uuid4(), uuid4()
OWN = sorted(name for name, table in TABLES.items() if table.rows == "own")
CLEAN = ("PT", "22", "23")
"""Our own refusals, data exceptions, integrity constraints: the caller's fault, said by the database."""

HOSTILE: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 10**400, 1e308, -0.5,
    "", " ", "'", "'; drop table public.ai_sessions; --", "\" or 1=1", "$$", "\\", "%s {} $1", "\u202e", "😀" * 50,
    "NaN", "Infinity", "-infinity", "epoch", "x" * 10_240, str(UUID(int=0)), f"{{{BEN}}}", f"{BEN}' or '1'='1",
    [], [None], [[]], [str(BEN)], ["x"] * 1000, {}, {"sub": str(BEN)}, {"session_id": {"session_id": {}}},
]  # fmt: skip
WHOLE = [
    "null", "true", "1", "1e400", '""', '"x"', '"{}"', "[]", "[1]", "[[[]]]", '"\\"{}\\""', "{}",
    '{"session_id": "\\u0000"}', "[" * 5000 + "]" * 5000, '{"a": ' * 200 + "1" + "}" * 200, "{", "",
]  # fmt: skip
EXTRA = {
    "user_id": str(BEN), "sub": str(BEN), "role": "postgres", "as_of": "x", "call_id": "x", "limit": 10**12,
    "lease_seconds": 10**12, "request.jwt.claims": {"sub": str(BEN)}, "insights": [{}], "plan": {"tasks": 1},
    "error": "x", "tokens": "x", "focus": {}, "params": "x", "queued": "x",
}  # fmt: skip


def others() -> str:
    """SQL for one digest of all rows that are not Ana's, physical versions included."""
    parts = []
    for name, table in TABLES.items():
        if table.rows == "own" or name.startswith("public."):
            where = f" where t.user_id <> '{ANA}'" if table.rows == "own" else ""
            parts.append(f"select t.ctid::text || t.xmin::text as x from {name} t{where}")
    return f"select md5(coalesce(string_agg(x, ',' order by x), '')) from ({' union all '.join(parts)}) q"


async def arguments(rows: Rows, function: str) -> dict[str, Any]:
    """A valid argument of Ana's own, so that hostile parts get as deep as they can."""
    argument = dict(ARGUMENTS[function])
    for name, table in argument.items():
        if str(table) in TABLES:
            argument[name] = (await rows.make(table, ANA))["id"].strip("'")
    return argument


def variants(valid: dict[str, Any]) -> list[str]:
    """The argument with each part replaced by each hostile value, with parts too many, and hostile as a whole."""
    texts = [json.dumps(valid | {name: value}) for name in valid for value in HOSTILE]
    texts += [json.dumps(valid | {name: value}) for name, value in EXTRA.items()]
    texts += [json.dumps({key: value for key, value in valid.items() if key != name}) for name in valid]
    return texts + WHOLE


@pytest.mark.parametrize("function", sorted(ARGUMENTS))
async def test_a_hostile_argument_is_refused_cleanly_and_moves_nobody_elses_row(
    db: asyncpg.Connection, rows: Rows, function: str
) -> None:
    """Security.md 5, row 13."""
    for table in OWN:
        await rows.make(table, ANA)
        await rows.make(table, BEN)
    actor = JOBS if "aicoach_jobs" in FUNCTIONS[f"public.{function}"] else engine(ANA)
    look = others()
    valid = await arguments(rows, function)
    served = await attempt(db, actor, f"select public.{function}({literal(json.dumps(valid))}::jsonb)", look)
    assert served.result == 1
    before, faults = await db.fetchval(look), []
    for text in variants(valid):
        outcome = await attempt(db, actor, f"select public.{function}({literal(text)}::jsonb)", look)
        if isinstance(outcome.result, str) and not outcome.result.startswith(CLEAN):
            faults.append(f"{outcome.result} for {text[:200]}")
        elif isinstance(outcome.result, int) and outcome.others != before:
            faults.append(f"a stranger's row has changed: {text[:200]}")
    assert not faults, "\n".join(faults)


async def test_hostile_words_are_stored_as_they_are_or_not_at_all(db: asyncpg.Connection, rows: Rows) -> None:
    """No part of an argument is ever run: what is accepted reads back letter by letter."""
    session = (await rows.make("public.ai_sessions", ANA))["id"].strip("'")
    for words in (value for value in HOSTILE if isinstance(value, str) and value):
        argument = json.dumps({"session_id": session, "epoch": 0, "task": words})
        call = f"select public.ai_commit_task({literal(argument)}::jsonb)"
        stored = f"select tasks ? {literal(words)} from public.ai_sessions where id = '{session}'"
        outcome = await attempt(db, engine(ANA), call, f"select ({stored})::text")
        assert (outcome.result, outcome.others) == (1, "true"), words
