-- Who may touch the engine's tables. Idempotent: it may be run again at any time, and is, where a gateway re-grants.

revoke all on all tables in schema public from public, anon;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
revoke all on schema private from public, anon, authenticated, service_role;
grant usage on schema public to anon, authenticated, service_role, aicoach_engine, aicoach_jobs;
grant usage on schema private to aicoach_engine, aicoach_jobs;

revoke all on public.ai_sessions, public.ai_insights, public.ai_recommendations, public.ai_events,
  public.ai_topic_ledger, public.ai_user_prefs, public.ai_usage
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;

grant select on public.ai_sessions, public.ai_insights, public.ai_recommendations, public.ai_events,
  public.ai_topic_ledger, public.ai_user_prefs, public.ai_usage to authenticated;
grant update (status) on public.ai_recommendations to authenticated;
grant update (locale, timezone, focus, email_opt_in, llm_enabled) on public.ai_user_prefs to authenticated;

grant select, insert, update, delete on public.ai_sessions, public.ai_insights, public.ai_recommendations,
  public.ai_events, public.ai_topic_ledger, public.ai_user_prefs, public.ai_usage to aicoach_engine;
grant select (id, user_id, scope_id, coach, status, lease_until, created_at) on public.ai_sessions to aicoach_jobs;
