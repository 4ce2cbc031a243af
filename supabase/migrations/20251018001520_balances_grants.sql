-- Balances are the person's own, written by their engine alone. Idempotent.

revoke all on public.balances
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;
grant select on public.balances to authenticated, aicoach_engine;
grant insert, delete on public.balances to aicoach_engine;

revoke all on function public.ai_import_balances(jsonb)
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;
grant execute on function public.ai_import_balances(jsonb) to aicoach_engine;
