"""The locks are locks: every hole we know of, made on purpose in a transaction that is undone, is reported."""

import asyncpg
import pytest

from tests.contract.rls.test_catalog import RULES
from tests.contract.rls.test_matrix import matrix_faults
from tests.support.rls_policy import TABLES, function_faults, grant_faults, rule_faults
from tests.support.rls_rows import Rows

_READ = '"People and their engine can read their own rows" on public.ai_insights'
_CHANGE = '"The engine can change rows of its user" on public.ai_insights'
_ADD = '"The engine can add rows for its user" on public.ai_insights'

HOLES = {
    "tables_are_fenced": [
        "alter table public.ai_insights disable row level security",
        "alter table public.ai_insights no force row level security",
        "create table private.bare (id int)",
        "create table public.silent (id int); alter table public.silent enable row level security; "
        "alter table public.silent force row level security",
        "create materialized view public.everything as select * from public.ai_insights",
    ],
    "rows_say_whose_they_are": [
        "create table public.ai_notes (id int, user_id uuid not null)",
        "alter table public.ai_events alter column scope_id drop not null",
        "create table public.notes (user_id text not null)",
    ],
    "policies_name_the_user": [
        f"alter policy {_READ} using (true)",
        f"alter policy {_READ} using (auth.uid() = user_id)",
        f"alter policy {_READ} using ((select auth.uid()) = scope_id)",
        f"alter policy {_CHANGE} with check (true)",
        f"drop policy {_CHANGE}; create policy {_CHANGE} for update to aicoach_engine "
        "using ((select auth.uid()) = user_id)",
    ],
    "policies_are_exact": [
        f"alter policy {_READ} to public",
        f"alter policy {_READ} to anon",
        f"alter policy {_READ} to aicoach_engine, service_role",
        "create policy extra on public.ai_insights for all to aicoach_engine using (true)",
        "create policy extra on public.ai_insights for select to authenticated using (true)",
        "create policy extra on public.ai_insights as restrictive for select to authenticated using (true)",
    ],
    "user_id_is_indexed": [
        "drop index public.ai_insights_by_user",
        "create table private.notes (id int primary key, user_id uuid not null)",
    ],
    "views_obey_the_caller": [
        "create view public.all_insights as select * from public.ai_insights",
        "create view private.all_insights with (security_invoker = false) as select * from public.ai_insights",
    ],
    "functions_lend_no_rights": [
        "alter function public.ai_get_session(jsonb) security definer",
        "alter function public.ai_due_goals(jsonb) security invoker",
        "alter function public.ai_due_goals(jsonb) owner to current_user",
        "alter function public.ai_due_goals(jsonb) volatile",
        "alter function private.me() reset search_path",
        "alter function private.me() set search_path = public",
        "alter function private.iso(timestamptz) leakproof",
        "create function public.count_everything() returns bigint language sql set search_path = '' return 1",
        "create function private.me(who text) returns uuid language sql set search_path = '' return null::uuid",
    ],
    "outsiders_have_no_grants": [
        "grant select on public.ai_insights to anon",
        "grant select (title) on public.ai_insights to service_role",
        "grant truncate on public.ai_insights to aicoach_engine",
        "grant references, trigger on public.ai_insights to authenticated",
        "grant select on public.ai_insights to authenticated with grant option",
        "grant usage on sequence public.ai_events_id_seq to authenticated",
        "grant execute on function public.ai_get_session(jsonb) to public",
        "create function public.ai_new(p jsonb) returns jsonb language sql set search_path = '' return p",
        "grant usage on schema private to authenticated",
        "grant create on schema public to public",
        "alter default privileges in schema public grant select on tables to anon",
    ],
    "roles_are_weak": [
        "alter role aicoach_engine bypassrls",
        "alter role aicoach_service superuser",
        "alter role aicoach_service inherit",
        "alter role aicoach_jobs createrole",
        "alter role aicoach_engine login",
        "grant service_role to aicoach_service",
        "grant aicoach_jobs to aicoach_engine",
        "grant aicoach_observer to aicoach_jobs",
        "grant aicoach_observer to authenticator",
        "alter function public.ai_orphaned_sessions(jsonb) owner to aicoach_observer",
        "alter table public.navs owner to aicoach_observer",
        "grant aicoach_engine to authenticated",
        "grant aicoach_engine to aicoach_service with inherit true",
        "grant aicoach_engine to aicoach_service with admin option",
        "grant pg_read_all_data to aicoach_engine",
        "revoke aicoach_jobs from aicoach_service",
        "create role aicoach_shadow",
        "alter table public.navs owner to aicoach_engine",
    ],
    "references_stay_with_their_user": [
        "alter table public.ai_events add foreign key (session_id) references public.ai_sessions (id)",
        "create table public.notes (session_id uuid references public.ai_sessions (id))",
    ],
    "unique_keys_are_no_oracle": [
        "create unique index on public.ai_insights (topic_key) where false",
        "create unique index on public.ai_events (session_id) where false",
    ],
    "nothing_leaves_by_another_door": [
        "create publication realtime for table public.ai_insights",
        "create rule copy as on insert to public.ai_insights do also select 1",
        "create trigger now before insert on public.ai_insights for each row "
        "execute function pg_catalog.suppress_redundant_updates_trigger()",
    ],
}
UNCLASSIFIED = [
    "create table public.notes (id int)",
    "create view public.notes with (security_invoker = true) as select 1 as one",
    "drop table public.target_allocations cascade",
    "grant update on public.ai_insights to authenticated",
    "grant update (body_md) on public.ai_insights to authenticated",
    "grant update (token_budget) on public.ai_user_prefs to authenticated",
    "revoke select on public.ai_insights from authenticated",
    "grant select (amount) on public.transactions to aicoach_jobs",
    "grant select (trigger_values) on public.ai_topic_ledger to aicoach_jobs",
    "grant select (number_hash) on public.folios to aicoach_observer",
    "grant select (name) on public.investor_goals to aicoach_observer",
    "grant all on all tables in schema public to authenticated",
]
UNCLASSIFIED_FUNCTIONS = [
    "create function public.ai_new(p jsonb) returns jsonb language sql set search_path = '' return p",
    "grant execute on function public.ai_commit_task(jsonb) to authenticated",
    "grant execute on function public.ai_orphaned_sessions(jsonb) to aicoach_engine",
    "alter function public.ai_get_session(jsonb) volatile",
    "drop function public.ai_get_prefs(jsonb) cascade",
]
FELT = [
    f"alter policy {_READ} using (true)",
    f"drop policy {_READ}",
    f"alter policy {_CHANGE} with check (true)",
    f"alter policy {_ADD} with check (true)",
    'alter policy "The engine can delete rows of its user" on public.ai_insights using (true)',
    "alter table public.ai_insights disable row level security",
    "grant update (body_md) on public.ai_insights to authenticated; "
    "create policy extra on public.ai_insights for update to authenticated using (true) with check (true)",
    "grant truncate on public.ai_insights, public.ai_recommendations, public.ai_events to aicoach_engine",
    "grant select on public.ai_insights to service_role",
    "grant select on public.ai_insights to anon; create policy extra on public.ai_insights to anon using (true)",
    "revoke select on public.ai_insights from aicoach_engine",
]


@pytest.mark.parametrize(("rule", "hole"), [(rule, hole) for rule in HOLES for hole in HOLES[rule]])
async def test_a_rule_reports_the_hole_it_is_there_for(db: asyncpg.Connection, rule: str, hole: str) -> None:
    """Security.md 5, row 10: a linter that stays green on a bad schema is no linter."""
    before = await rule_faults(db, rule)
    await db.execute(hole)
    assert set(await rule_faults(db, rule)) - set(before)


def test_every_rule_has_been_seen_to_fail() -> None:
    """A rule added tomorrow brings its holes with it."""
    assert set(HOLES) == set(RULES)


@pytest.mark.parametrize("hole", UNCLASSIFIED)
async def test_a_table_or_a_right_nobody_classified_is_reported(db: asyncpg.Connection, hole: str) -> None:
    """The data table is exact in both directions."""
    before = await grant_faults(db)
    await db.execute(hole)
    assert set(await grant_faults(db)) - set(before)


@pytest.mark.parametrize("hole", UNCLASSIFIED_FUNCTIONS)
async def test_a_function_nobody_classified_is_reported(db: asyncpg.Connection, hole: str) -> None:
    """The data table is exact in both directions."""
    before = await function_faults(db)
    await db.execute(hole)
    assert set(await function_faults(db)) - set(before)


@pytest.mark.parametrize("hole", FELT)
async def test_the_matrix_feels_a_missing_fence(db: asyncpg.Connection, rows: Rows, hole: str) -> None:
    """Not only the catalog: what people can do with a hole is seen by trying."""
    await db.execute(hole)
    assert await matrix_faults(db, rows, TABLES["public.ai_insights"])


async def test_a_deliberately_bad_table_is_reported_from_every_side(db: asyncpg.Connection) -> None:
    """Security.md 5, row 10."""
    await db.execute(
        "create table public.diary (id uuid primary key, user_id uuid, words text unique, "
        "session_id uuid references public.ai_sessions (id)); grant all on public.diary to anon, authenticated"
    )
    reported = {rule for rule in RULES if any("diary" in fault for fault in await rule_faults(db, rule))}
    assert reported >= {
        "tables_are_fenced", "rows_say_whose_they_are", "user_id_is_indexed", "outsiders_have_no_grants",
        "references_stay_with_their_user", "unique_keys_are_no_oracle",
    }  # fmt: skip
    assert any("diary" in fault for fault in await grant_faults(db))
