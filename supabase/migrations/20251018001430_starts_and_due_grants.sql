-- The engine prefers a focus and forgets a counter; the question who is due reads, and jobs only ask it. Idempotent.

revoke all on function private.preferred_focus(uuid, text[]) from public, anon, authenticated, service_role;
grant execute on function private.preferred_focus(uuid, text[]) to aicoach_engine;
grant delete on private.token_counters to aicoach_engine;

revoke all on public.ai_topic_ledger, public.transactions, public.investor_goals from aicoach_jobs;
revoke all (scope_id, coach, topic_key, trigger_values, last_seen_at, quiet_until) on public.ai_topic_ledger from aicoach_jobs;
revoke all (user_id, isin, kind, units, tx_date, created_at) on public.transactions from aicoach_jobs;
revoke all (user_id, updated_at) on public.investor_goals from aicoach_jobs;
revoke all (as_of, focus) on public.ai_sessions from aicoach_jobs;

grant usage on schema public, private to aicoach_observer;
grant execute on function private.j(jsonb), private.texts(jsonb), private.local_day(timestamptz, text) to aicoach_observer;
grant select (scope_id, coach, status, as_of, focus) on public.ai_sessions to aicoach_observer;
grant select (scope_id, coach, topic_key, trigger_values, last_seen_at, quiet_until) on public.ai_topic_ledger to aicoach_observer;
grant select (user_id, timezone, focus) on public.ai_user_prefs to aicoach_observer;
grant select (id, user_id, isin, kind, amount, units, tx_date, created_at) on public.transactions to aicoach_observer;
grant select (user_id, target_amount, target_date, created_at, updated_at) on public.investor_goals to aicoach_observer;
grant select (user_id, created_at) on public.investor_goal_schemes to aicoach_observer;
grant select (user_id, dimension, name, share, created_at) on public.target_allocations to aicoach_observer;
grant select (isin, amc, category, asset_class, plan) on public.schemes to aicoach_observer;
grant select (isin, nav, nav_date, created_at) on public.navs to aicoach_observer;

revoke all on function public.ai_due_goals(jsonb)
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;
grant execute on function public.ai_due_goals(jsonb) to aicoach_jobs;
