-- Folios are listed by the engine for its user. Idempotent.

revoke all on function public.ai_list_folios(jsonb)
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;
grant execute on function public.ai_list_folios(jsonb) to aicoach_engine;
