-- The engine's own tables: sessions, events, insights, recommendations, the topic ledger, preferences, usage.
-- Every row says who acts (user_id) and whom it is about (scope_id). Grants follow in the next file.

/** Nothing is granted by default: every grant in these migrations is written down. */
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from public, anon, authenticated, service_role;

/** The engine acting for one user; the pool's login; and what asks across users. None of them bypasses RLS. */
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'aicoach_engine') then
    create role aicoach_engine nologin noinherit nobypassrls;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'aicoach_jobs') then
    create role aicoach_jobs nologin noinherit nobypassrls;
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = 'aicoach_service') then
    create role aicoach_service login noinherit nobypassrls;
  end if;
  if exists (select from pg_catalog.pg_roles where rolname = 'authenticator') then
    grant aicoach_engine, aicoach_jobs to authenticator;
  end if;
end
$$;
grant aicoach_engine, aicoach_jobs to aicoach_service;
alter role aicoach_service set statement_timeout = '15s';

create schema if not exists private;

create table public.ai_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  scope_id uuid not null,
  coach text not null check (coach <> ''),
  trigger text not null default 'manual' check (trigger in ('manual', 'daily', 'sweep', 'command')),
  focus text[] not null default '{}',
  params jsonb not null default '{}',
  status text not null default 'running'
    check (status in ('queued', 'running', 'completed', 'partial', 'failed', 'cancelled')),
  as_of timestamptz not null default now(),
  plan jsonb,
  tasks jsonb not null default '{}',
  task_count integer not null default 0,
  epoch integer not null default 0,
  lease_until timestamptz,
  claimed_by uuid,
  cancel_requested boolean not null default false,
  last_event_id integer not null default 0,
  idempotency_key text check (length(idempotency_key) between 1 and 255),
  request_hash text,
  tokens_in integer not null default 0,
  tokens_out integer not null default 0,
  cost numeric not null default 0,
  error jsonb,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  unique (id, user_id),
  unique (user_id, idempotency_key)
);
comment on column public.ai_sessions.tasks is
  'Checkpoints: {task key: {status, attempts, ms, first_event, last_event, skipped, error}}, written by ai_commit_task alone';
comment on column public.ai_sessions.claimed_by is
  'The call that made this epoch: a start or claim whose answer was lost may be asked again and gives the same epoch';
create unique index ai_sessions_one_active_run on public.ai_sessions (scope_id, coach)
  where status in ('queued', 'running');
create index ai_sessions_by_user on public.ai_sessions (user_id, created_at desc);
create index ai_sessions_open on public.ai_sessions (lease_until) where status in ('queued', 'running');

create table public.ai_insights (
  id uuid primary key default gen_random_uuid(),
  session_id uuid not null,
  user_id uuid not null,
  scope_id uuid not null,
  coach text not null,
  task_key text not null,
  kind text not null,
  severity text not null check (severity in ('info', 'good', 'notice', 'warning')),
  topic_key text not null,
  position integer not null default 0,
  title text not null,
  body_md text not null,
  data jsonb not null,
  source text not null check (source in ('template', 'llm')),
  reason text,
  model text,
  prompt_version text,
  tokens integer not null default 0,
  expired_at timestamptz,
  created_at timestamptz not null default now(),
  unique (session_id, user_id, kind, topic_key),
  unique (id, user_id),
  foreign key (session_id, user_id) references public.ai_sessions (id, user_id) on delete cascade
);
comment on column public.ai_insights.position is 'The place among the cards of its run: cards made at once keep the order of the plan';
comment on column public.ai_insights.expired_at is
  'Its cause is gone, or a newer card says it: set by a later run of the same task that succeeded';
create index ai_insights_by_user on public.ai_insights (user_id, created_at desc, position, id);
create index ai_insights_by_session on public.ai_insights (session_id, user_id);

create table public.ai_recommendations (
  id uuid primary key default gen_random_uuid(),
  insight_id uuid not null,
  session_id uuid not null,
  user_id uuid not null,
  scope_id uuid not null,
  hint_key text not null,
  title text not null,
  body text not null,
  action jsonb not null default '{}',
  status text not null default 'proposed' check (status in ('proposed', 'accepted', 'dismissed', 'done')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (insight_id, user_id, hint_key),
  foreign key (insight_id, user_id) references public.ai_insights (id, user_id) on delete cascade,
  foreign key (session_id, user_id) references public.ai_sessions (id, user_id) on delete cascade
);
create index ai_recommendations_by_user on public.ai_recommendations (user_id, created_at desc);
create index ai_recommendations_by_session on public.ai_recommendations (session_id, user_id);

create table public.ai_events (
  id bigint generated always as identity primary key,
  session_id uuid,
  user_id uuid not null,
  scope_id uuid not null,
  stream_id integer check (stream_id > 0),
  kind text not null check (kind in (
    'status', 'insight', 'recommendation', 'error', 'done', 'feedback', 'email_preview')),
  insight_id uuid,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  unique (session_id, user_id, stream_id),
  check ((stream_id is null) = (kind in ('feedback', 'email_preview'))),
  check (stream_id is null or session_id is not null),
  foreign key (session_id, user_id) references public.ai_sessions (id, user_id) on delete cascade,
  foreign key (insight_id, user_id) references public.ai_insights (id, user_id) on delete cascade
);
comment on column public.ai_events.stream_id is
  'The SSE id: 1, 2, 3 … without gaps per session. Feedback and digests have none and are never replayed';
create unique index ai_events_one_done on public.ai_events (session_id, user_id) where kind = 'done';
create unique index ai_events_one_feedback on public.ai_events (user_id, insight_id) where kind = 'feedback';
create index ai_events_by_user on public.ai_events (user_id, created_at desc);
create index ai_events_by_insight on public.ai_events (insight_id, user_id);

create table public.ai_topic_ledger (
  scope_id uuid not null,
  coach text not null,
  topic_key text not null,
  user_id uuid not null,
  session_id uuid,
  trigger_values jsonb not null default '{}',
  last_seen_at timestamptz not null,
  times_seen integer not null default 1,
  quiet_until timestamptz,
  primary key (scope_id, coach, topic_key),
  foreign key (session_id, user_id) references public.ai_sessions (id, user_id)
    on delete set null (session_id)
);
comment on table public.ai_topic_ledger is
  'What was said, with the values last spoken: a topic speaks again when its window ends or a value moved';
comment on column public.ai_topic_ledger.quiet_until is
  'A thumbs-down makes the window longer: until then only a moved value lets the topic speak';
create index ai_topic_ledger_by_user on public.ai_topic_ledger (user_id);
create index ai_topic_ledger_by_session on public.ai_topic_ledger (session_id, user_id);

create table public.ai_user_prefs (
  user_id uuid primary key,
  scope_id uuid not null,
  locale text not null default 'en-IN' check (locale in ('en-IN', 'hi-IN', 'bn-IN')),
  timezone text not null default 'Asia/Kolkata' check (length(timezone) between 1 and 64),
  focus text[] not null default '{}',
  email_opt_in boolean not null default false,
  llm_enabled boolean not null default true,
  token_budget integer check (token_budget >= 0),
  updated_at timestamptz not null default now()
);

create table public.ai_usage (
  session_id uuid not null,
  task_key text not null,
  attempt integer not null check (attempt > 0),
  user_id uuid not null,
  scope_id uuid not null,
  day date not null,
  state text not null check (state in ('reserved', 'settled', 'released')),
  reserved integer not null check (reserved >= 0),
  tokens_in integer not null default 0 check (tokens_in >= 0),
  tokens_out integer not null default 0 check (tokens_out >= 0),
  cost numeric not null default 0 check (cost >= 0),
  created_at timestamptz not null default now(),
  primary key (session_id, user_id, task_key, attempt),
  foreign key (session_id, user_id) references public.ai_sessions (id, user_id) on delete cascade
);
create index ai_usage_by_user on public.ai_usage (user_id, day);
create index ai_usage_by_scope on public.ai_usage (scope_id, day);

/** A row is its user's: read by the user and by the engine acting for them, written by that engine alone. */
do $$
declare
  t text;
begin
  foreach t in array array['ai_sessions', 'ai_insights', 'ai_recommendations', 'ai_events',
                           'ai_topic_ledger', 'ai_user_prefs', 'ai_usage'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('create policy "People and their engine can read their own rows" on public.%I '
      'for select to authenticated, aicoach_engine using ((select auth.uid()) = user_id)', t);
    execute format('create policy "The engine can add rows for its user" on public.%I '
      'for insert to aicoach_engine with check ((select auth.uid()) = user_id)', t);
    execute format('create policy "The engine can change rows of its user" on public.%I '
      'for update to aicoach_engine using ((select auth.uid()) = user_id) '
      'with check ((select auth.uid()) = user_id)', t);
    execute format('create policy "The engine can delete rows of its user" on public.%I '
      'for delete to aicoach_engine using ((select auth.uid()) = user_id)', t);
  end loop;
end
$$;
create policy "People can answer their own hints" on public.ai_recommendations
  for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "People can change their own preferences" on public.ai_user_prefs
  for update to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Jobs can see which runs there are, not what they said" on public.ai_sessions
  for select to aicoach_jobs using (true);
