-- :count running sessions with their first event and a lease of an hour, for streams to watch; prints their ids.
with made as (
  insert into public.ai_sessions (user_id, scope_id, coach, status, epoch, lease_until, last_event_id, started_at)
  select u, u, 'goals', 'running', 1, now() + interval '1 hour', 1, now()
  from (select ('be4c0000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid from generate_series(1, :count) n) p (u)
  returning id, user_id
), told as (
  insert into public.ai_events (session_id, user_id, scope_id, stream_id, kind, payload)
  select id, user_id, user_id, 1, 'status', jsonb_build_object('type', 'status', 'sessionId', id, 'id', 1, 'msg', 'started')
  from made
)
select id from made order by user_id;
