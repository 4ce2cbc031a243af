-- Who may call which function: the engine for its user, jobs for questions across users, a browser's role none.

revoke all on all functions in schema private from public, anon, authenticated, service_role;
revoke all on private.token_counters from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs;
grant select, insert, update on private.token_counters to aicoach_engine;
grant execute on all functions in schema private to aicoach_engine;
grant execute on function private.j(jsonb) to aicoach_jobs;

do $$
declare
  f regprocedure;
begin
  for f in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname like 'ai\_%'
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role, '
      'aicoach_engine, aicoach_jobs, aicoach_service', f);
  end loop;
end
$$;
grant execute on function public.ai_start_session(jsonb), public.ai_claim_session(jsonb),
  public.ai_renew_session(jsonb), public.ai_seen_recently(jsonb), public.ai_commit_task(jsonb),
  public.ai_finish_session(jsonb), public.ai_cancel_session(jsonb), public.ai_get_session(jsonb),
  public.ai_list_insights(jsonb), public.ai_answer_recommendation(jsonb), public.ai_record_feedback(jsonb),
  public.ai_reserve_tokens(jsonb), public.ai_settle_tokens(jsonb), public.ai_get_prefs(jsonb), public.ai_put_prefs(jsonb),
  public.ai_export(jsonb), public.ai_delete_me(jsonb) to aicoach_engine;
grant execute on function public.ai_orphaned_sessions(jsonb) to aicoach_jobs;
