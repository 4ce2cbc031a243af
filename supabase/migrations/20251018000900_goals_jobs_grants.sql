-- The engine imports for its user; jobs bring in NAVs and ask who is due, from columns that say no more. Idempotent.

revoke all on function public.ai_import_transactions(jsonb), public.ai_upsert_navs(jsonb), public.ai_due_goals(jsonb)
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;
grant execute on function public.ai_import_transactions(jsonb) to aicoach_engine;
grant execute on function public.ai_upsert_navs(jsonb), public.ai_due_goals(jsonb) to aicoach_jobs;
grant select (as_of, focus) on public.ai_sessions to aicoach_jobs;
grant select (scope_id, coach, topic_key, trigger_values, last_seen_at, quiet_until) on public.ai_topic_ledger to aicoach_jobs;
grant select (user_id, isin, kind, units, tx_date, created_at) on public.transactions to aicoach_jobs;
grant select (user_id, updated_at) on public.investor_goals to aicoach_jobs;
