-- The engine writes and reads its user's digests; jobs see who is owed one, and nothing else of it. Idempotent.

revoke all on function public.ai_due_digests(jsonb), public.ai_digest_cards(jsonb), public.ai_record_digest(jsonb),
  public.ai_get_digest(jsonb)
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;
grant execute on function public.ai_digest_cards(jsonb), public.ai_record_digest(jsonb), public.ai_get_digest(jsonb)
  to aicoach_engine;
grant execute on function public.ai_due_digests(jsonb) to aicoach_jobs;
grant select (user_id, coach, created_at, expired_at) on public.ai_insights to aicoach_jobs;
grant select (user_id, kind, digest_key) on public.ai_events to aicoach_jobs;
