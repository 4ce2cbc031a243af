-- The engine reads and writes a plan for its user; nobody else does. Idempotent.

revoke all on function public.ai_get_goals_plan(jsonb), public.ai_put_goals_plan(jsonb)
  from public, anon, authenticated, service_role, aicoach_jobs, aicoach_service;
grant execute on function public.ai_get_goals_plan(jsonb), public.ai_put_goals_plan(jsonb) to aicoach_engine;
