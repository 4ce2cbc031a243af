-- Only the engine acting for a person may read that person's snapshot. Idempotent, as all grants files.

revoke all on function public.ai_goals_snapshot(jsonb), private.local_day(timestamptz, text)
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;
grant execute on function public.ai_goals_snapshot(jsonb), private.local_day(timestamptz, text) to aicoach_engine;
