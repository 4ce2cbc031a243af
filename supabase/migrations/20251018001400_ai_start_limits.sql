-- Starting a run: an empty focus is the one that the person prefers, and a person has only so many runs at once.

/** What a start without a focus asks for: what the person prefers of what the coach knows, in the coach's order; empty
    (all of it) when that is nothing. */
create function private.preferred_focus(of_user uuid, known text[]) returns text[]
  language sql stable set search_path = '' as $$
  select coalesce(array_agg(k.name order by k.place), '{}')
  from unnest(known) with ordinality k(name, place)
  join public.ai_user_prefs f on f.user_id = of_user and k.name = any (f.focus)
$$;

/** Starts a run for the caller, or finds the one that is meant.
    Outcomes: created, joined, replayed (same key, same request), adopted, run_active, idempotency_mismatch, and
    too_many_runs, with no session: runs_per_user runs of the caller are being carried out, and this is none of them.
    In: scope_id, coach, focus[], agents[] (what the coach knows, for an empty focus), params, trigger, idempotency_key?,
    request_hash?, as_of?, lease_seconds, runs_per_user? (null: any number), queued?, call_id (the same for every try of
    one call). epoch is given to the one who must now carry the run out. */
create or replace function public.ai_start_session(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  scope uuid := coalesce((a ->> 'scope_id')::uuid, me);
  wanted text[] := private.texts(a -> 'focus');
  key text := a ->> 'idempotency_key';
  lease integer := coalesce((a ->> 'lease_seconds')::integer, 30);
  call_id uuid := (a ->> 'call_id')::uuid;
  queued boolean := coalesce((a ->> 'queued')::boolean, false);
  crowded boolean := false;
  s public.ai_sessions;
begin
  if wanted = '{}' then
    wanted := private.preferred_focus(me, private.texts(a -> 'agents'));
  end if;
  if a ->> 'runs_per_user' is not null then
    -- Starts of one person take turns: two could not see each other's run, and each would be the last one allowed.
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_start_session ' || me, 0));
  end if;
  for attempt in 1 .. 3 loop
    if key is not null then
      select * into s from public.ai_sessions x where x.user_id = me and x.idempotency_key = key for update;
      if found and s.created_at <= now() - interval '48 hours' then
        update public.ai_sessions x set idempotency_key = null where x.id = s.id;
      elsif found and s.request_hash is distinct from a ->> 'request_hash' then
        return jsonb_build_object('outcome', 'idempotency_mismatch', 'session', private.session_json(s));
      elsif found then
        return private.join_session(s, 'replayed', lease, call_id);
      end if;
    end if;

    crowded := (a ->> 'runs_per_user')::bigint <= (
      select count(*) from public.ai_sessions x
      where x.user_id = me and x.status = 'running' and x.lease_until > clock_timestamp());
    if crowded is not true then
      insert into public.ai_sessions as x (user_id, scope_id, coach, trigger, focus, params, idempotency_key,
        request_hash, as_of, status, epoch, claimed_by, lease_until, last_event_id, started_at)
      values (me, scope, a ->> 'coach', coalesce(a ->> 'trigger', 'manual'), wanted, coalesce(a -> 'params', '{}'),
        key, a ->> 'request_hash', coalesce((a ->> 'as_of')::timestamptz, now()),
        case when queued then 'queued' else 'running' end, case when queued then 0 else 1 end, call_id,
        case when queued then null else now() + make_interval(secs => lease) end,
        case when queued then 0 else 1 end, case when queued then null else now() end)
      on conflict do nothing returning * into s;
      if found then
        return jsonb_build_object('outcome', 'created', 'session', private.session_json(s),
          'epoch', case when queued then null else s.epoch end,
          'events', case when queued then '[]'::jsonb else jsonb_build_array(
            private.add_event(s, 1, 'status', '{"msg": "started", "progress": 0}')) end);
      end if;
    end if;

    select * into s from public.ai_sessions x
    where x.scope_id = scope and x.coach = a ->> 'coach' and x.status in ('queued', 'running') for update;
    if found then
      if s.focus <> '{}' and (wanted = '{}' or not wanted <@ s.focus) or s.params <> coalesce(a -> 'params', '{}') then
        return jsonb_build_object('outcome', 'run_active', 'session', private.session_json(s));
      end if;
      return private.join_session(s, 'joined', lease, call_id);
    elsif crowded then
      return '{"outcome": "too_many_runs", "session": null}';
    end if;
  end loop;
  raise sqlstate 'PT503' using message = 'start_contended';
end
$$;
