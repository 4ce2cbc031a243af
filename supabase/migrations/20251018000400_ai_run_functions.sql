-- The life of a run as SQL functions: start, claim, renew, commit, finish, cancel. One call, one transaction.
-- All are SECURITY INVOKER: they run as aicoach_engine under its policies. All take and give one jsonb.
-- Refusals are PTxxx codes, because some REST gateways keep no other SQLSTATE.

/** The argument as an object: some REST gateways hand a jsonb argument over as a jsonb string. */
create function private.j(p jsonb) returns jsonb
  language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(p) = 'string' then (p #>> '{}')::jsonb else p end
$$;

/** The user this transaction acts for; refused when there is none. */
create function private.me() returns uuid
  language plpgsql stable set search_path = '' as $$
declare
  me uuid := nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;
begin
  if me is null then
    raise sqlstate 'PT401' using message = 'no_caller';
  end if;
  return me;
end
$$;

create function private.iso(t timestamptz) returns text
  language sql immutable set search_path = '' as $$
  select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

create function private.texts(p jsonb) returns text[]
  language sql immutable set search_path = '' as $$
  select coalesce(array_agg(value order by ordinality), '{}')
  from jsonb_array_elements_text(coalesce(p, '[]')) with ordinality
$$;

/** A session as the service sees it. */
create function private.session_json(s public.ai_sessions) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', s.id, 'user_id', s.user_id, 'scope_id', s.scope_id, 'coach', s.coach, 'trigger', s.trigger,
    'focus', to_jsonb(s.focus), 'params', s.params, 'status', s.status, 'as_of', private.iso(s.as_of),
    'plan', s.plan, 'tasks', s.tasks, 'task_count', s.task_count, 'epoch', s.epoch,
    'leased', coalesce(s.lease_until > now(), false), 'cancel_requested', s.cancel_requested,
    'last_event_id', s.last_event_id, 'tokens_in', s.tokens_in, 'tokens_out', s.tokens_out,
    'cost', s.cost::text, 'error', s.error, 'created_at', private.iso(s.created_at),
    'started_at', private.iso(s.started_at), 'finished_at', private.iso(s.finished_at),
    'locale', coalesce(p.locale, 'en-IN'), 'timezone', coalesce(p.timezone, 'Asia/Kolkata'),
    'llm_enabled', coalesce(p.llm_enabled, true))
  from (select 1) one left join public.ai_user_prefs p on p.user_id = s.user_id
$$;

/** Durable event number `stream_id` of a session whose row the caller has locked; returns it as sent to a browser. */
create function private.add_event(s public.ai_sessions, stream_id integer, kind text, body jsonb) returns jsonb
  language plpgsql volatile set search_path = '' as $$
declare
  event jsonb := jsonb_build_object('type', kind, 'sessionId', s.id, 'id', stream_id,
                                    'at', private.iso(clock_timestamp())) || body;
begin
  insert into public.ai_events (session_id, user_id, scope_id, stream_id, kind, payload)
  values (s.id, s.user_id, s.scope_id, stream_id, kind, event);
  return event;
end
$$;

/** Durable events of a session, in id order, from one id to another. */
create function private.events_between(session_id uuid, first_id integer, last_id integer) returns jsonb
  language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(e.payload order by e.stream_id), '[]') from public.ai_events e
  where e.session_id = events_between.session_id and e.stream_id between first_id and last_id
$$;

/** The session's row, locked, if this executor still owns it: PT404 unknown, PT409 fenced off. */
create function private.owned(session_id uuid, epoch integer) returns public.ai_sessions
  language plpgsql volatile set search_path = '' as $$
declare
  s public.ai_sessions;
begin
  select * into s from public.ai_sessions x where x.id = session_id for update;
  if not found then
    raise sqlstate 'PT404' using message = 'not_found';
  elsif s.epoch is distinct from owned.epoch then
    raise sqlstate 'PT409' using message = 'stale_epoch';
  end if;
  return s;
end
$$;

/** A new epoch and a fresh lease on a locked session; says so in a durable event. */
create function private.take_over(s public.ai_sessions, lease_seconds integer, call_id uuid) returns jsonb
  language plpgsql volatile set search_path = '' as $$
declare
  event jsonb := private.add_event(s, s.last_event_id + 1, 'status', jsonb_build_object(
    'msg', case s.status when 'queued' then 'started' else 'resumed' end));
begin
  update public.ai_sessions x
  set status = 'running', epoch = x.epoch + 1, claimed_by = call_id, lease_until = now() + make_interval(secs => lease_seconds),
      last_event_id = x.last_event_id + 1, started_at = coalesce(x.started_at, now())
  where x.id = s.id returning * into s;
  return jsonb_build_object('session', private.session_json(s), 'epoch', s.epoch,
                            'events', jsonb_build_array(event));
end
$$;

/** The answer this same call got before, had it not been lost on the way. */
create function private.claimed_before(s public.ai_sessions) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_build_object('session', private.session_json(s), 'epoch', s.epoch,
                            'events', private.events_between(s.id, s.last_event_id, s.last_event_id))
$$;

/** What a start finds when the session is already there: it is joined, or adopted when nobody holds it. */
create function private.join_session(s public.ai_sessions, outcome text, lease_seconds integer, call_id uuid)
  returns jsonb
  language plpgsql volatile set search_path = '' as $$
begin
  if s.status = 'running' and s.claimed_by = call_id then
    return private.claimed_before(s) || jsonb_build_object('outcome', 'created');
  elsif s.status in ('queued', 'running') and coalesce(s.lease_until, '-infinity') <= now() then
    return private.take_over(s, lease_seconds, call_id) || jsonb_build_object('outcome', 'adopted');
  end if;
  return jsonb_build_object('outcome', outcome, 'session', private.session_json(s), 'events', '[]'::jsonb);
end
$$;

/** Starts a run for the caller, or finds the one that is meant.
    Outcomes: created, joined, replayed (same key, same request), adopted, run_active, idempotency_mismatch.
    In: scope_id, coach, focus[], params, trigger, idempotency_key?, request_hash?, as_of?, lease_seconds, queued?,
    call_id (the same for every try of one call). epoch is given to the one who must now carry the run out. */
create function public.ai_start_session(p jsonb) returns jsonb
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
  s public.ai_sessions;
begin
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

    select * into s from public.ai_sessions x
    where x.scope_id = scope and x.coach = a ->> 'coach' and x.status in ('queued', 'running') for update;
    if found then
      if s.focus <> '{}' and (wanted = '{}' or not wanted <@ s.focus) or s.params <> coalesce(a -> 'params', '{}') then
        return jsonb_build_object('outcome', 'run_active', 'session', private.session_json(s));
      end if;
      return private.join_session(s, 'joined', lease, call_id);
    end if;
  end loop;
  raise sqlstate 'PT503' using message = 'start_contended';
end
$$;

/** Takes over a session whose lease is not fresh. In: session_id, lease_seconds, call_id.
    claimed=false: nothing to do. */
create function public.ai_claim_session(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  s public.ai_sessions;
begin
  select * into s from public.ai_sessions x
  where x.id = (a ->> 'session_id')::uuid and x.user_id = private.me() for update;
  if not found then
    raise sqlstate 'PT404' using message = 'not_found';
  elsif s.status = 'running' and s.claimed_by = (a ->> 'call_id')::uuid then
    return private.claimed_before(s) || '{"claimed": true}';
  elsif s.status not in ('queued', 'running') or coalesce(s.lease_until > now(), false) then
    return jsonb_build_object('claimed', false, 'session', private.session_json(s));
  end if;
  return private.take_over(s, coalesce((a ->> 'lease_seconds')::integer, 30),
    (a ->> 'call_id')::uuid) || '{"claimed": true}';
end
$$;

/** Keeps the lease, and stores the plan the first time it is given.
    In: session_id, epoch, lease_seconds, plan?. Out: cancel_requested, plan. */
create function public.ai_renew_session(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  s public.ai_sessions;
begin
  update public.ai_sessions x
  set lease_until = now() + make_interval(secs => coalesce((a ->> 'lease_seconds')::integer, 30)),
      plan = coalesce(x.plan, nullif(a -> 'plan', 'null')),
      task_count = case when x.plan is null and a -> 'plan' ? 'tasks'
                        then jsonb_array_length(a -> 'plan' -> 'tasks') else x.task_count end
  where x.id = (a ->> 'session_id')::uuid and x.user_id = private.me()
    and x.epoch = (a ->> 'epoch')::integer and x.status = 'running'
  returning * into s;
  if not found then
    perform private.owned((a ->> 'session_id')::uuid, (a ->> 'epoch')::integer);
    raise sqlstate 'PT409' using message = 'stale_epoch';
  end if;
  return jsonb_build_object('cancel_requested', s.cancel_requested, 'plan', s.plan);
end
$$;

/** True when a value moved beyond its threshold against the value last spoken, or has no predecessor. */
create function private.moved(spoken jsonb, triggers jsonb) returns boolean
  language sql immutable set search_path = '' as $$
  select exists (
    select from jsonb_each(triggers) t(name, rule)
    where case
      when not spoken ? t.name then true
      when spoken ->> t.name is null or rule ->> 'value' is null
        then spoken ->> t.name is distinct from rule ->> 'value'
      when rule ->> 'threshold' is null then spoken ->> t.name <> rule ->> 'value'
      else abs((rule ->> 'value')::numeric - (spoken ->> t.name)::numeric) > (rule ->> 'threshold')::numeric
        * case when (rule ->> 'relative')::boolean then abs((spoken ->> t.name)::numeric) else 1 end
    end)
$$;

/** May this topic be said now? One statement decides the winner when two runs ask at once. */
create function private.speak(s public.ai_sessions, topic jsonb) returns boolean
  language plpgsql volatile set search_path = '' as $$
begin
  insert into public.ai_topic_ledger as l
    (scope_id, coach, topic_key, user_id, session_id, trigger_values, last_seen_at)
  select s.scope_id, s.coach, topic ->> 'key', s.user_id, s.id,
         coalesce((select jsonb_object_agg(name, rule -> 'value') from jsonb_each(topic -> 'triggers') t(name, rule)), '{}'),
         s.as_of
  on conflict (scope_id, coach, topic_key) do update
  set session_id = excluded.session_id, user_id = excluded.user_id, trigger_values = excluded.trigger_values,
      last_seen_at = excluded.last_seen_at, times_seen = l.times_seen + 1
  where l.session_id = s.id
     or greatest(l.last_seen_at + make_interval(days => (topic ->> 'window_days')::integer), l.quiet_until) <= s.as_of
     or private.moved(l.trigger_values, topic -> 'triggers');
  return found;
end
$$;

/** Which of these topics the ledger would hold back now. In: session_id, topics: [{key, triggers, window_days}]. */
create function public.ai_seen_recently(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('seen', coalesce(jsonb_agg(t ->> 'key' order by t ->> 'key'), '[]'))
  from public.ai_sessions s
  cross join jsonb_array_elements(private.j(p) -> 'topics') t
  join public.ai_topic_ledger l
    on l.scope_id = s.scope_id and l.coach = s.coach and l.topic_key = t ->> 'key'
  where s.id = (private.j(p) ->> 'session_id')::uuid and s.user_id = private.me()
    and l.session_id is distinct from s.id
    and greatest(l.last_seen_at + make_interval(days => (t ->> 'window_days')::integer), l.quiet_until) > s.as_of
    and not private.moved(l.trigger_values, t -> 'triggers')
$$;

create function private.insight_json(i public.ai_insights) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_build_object('id', i.id, 'sessionId', i.session_id, 'coach', i.coach, 'kind', i.kind,
    'severity', i.severity, 'topicKey', i.topic_key, 'position', i.position, 'title', i.title, 'bodyMd', i.body_md, 'data', i.data,
    'source', i.source, 'reason', i.reason, 'createdAt', private.iso(i.created_at),
    'expiredAt', private.iso(i.expired_at))
$$;

create function private.recommendation_json(r public.ai_recommendations) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_build_object('id', r.id, 'insightId', r.insight_id, 'title', r.title, 'body', r.body,
    'action', r.action, 'status', r.status, 'createdAt', private.iso(r.created_at))
$$;

/** Retires earlier cards of a task that succeeded: those it says anew, and those whose cause it no longer finds.
    A card that was only held back (nothing moved) stays. */
create function private.expire(s public.ai_sessions, task text, found_now jsonb) returns void
  language sql volatile set search_path = '' as $$
  update public.ai_insights i set expired_at = now()
  where i.user_id = s.user_id and i.scope_id = s.scope_id and i.coach = s.coach and i.task_key = task
    and i.session_id <> s.id and i.expired_at is null
    and (not exists (select from jsonb_array_elements(coalesce(found_now, '[]')) f
                     where f -> 'topic' ->> 'key' = i.topic_key)
         or exists (select from public.ai_insights n where n.session_id = s.id and n.topic_key = i.topic_key))
$$;

/** Everything one task leaves behind, or nothing. A second commit of the same task returns the first one's rows.
    In: session_id, epoch, task, attempts, ms, insights[{kind, severity, title, body_md, data, source, reason, model,
    prompt_version, tokens, topic{key, triggers, window_days}, recommendations[{key, title, body, action}]}],
    error?{code, retryable}. Out: outcome committed|already, events, skipped. */
create function public.ai_commit_task(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  task text := a ->> 'task';
  s public.ai_sessions := private.owned((a ->> 'session_id')::uuid, (a ->> 'epoch')::integer);
  mark jsonb := s.tasks -> task;
  next_id integer := s.last_event_id;
  place integer := (select count(*) from public.ai_insights x where x.session_id = s.id);
  events jsonb := '[]';
  skipped jsonb := '[]';
  i jsonb;
  r jsonb;
  insight public.ai_insights;
  hint public.ai_recommendations;
begin
  if mark is not null then
    return jsonb_build_object('outcome', 'already', 'skipped', mark -> 'skipped', 'events', private.events_between(
      s.id, (mark ->> 'first_event')::integer, (mark ->> 'last_event')::integer));
  elsif s.status <> 'running' then
    raise sqlstate 'PT409' using message = 'stale_epoch';
  end if;

  for i in select value from jsonb_array_elements(coalesce(a -> 'insights', '[]')) loop
    if not private.speak(s, i -> 'topic') then
      skipped := skipped || jsonb_build_array(i -> 'topic' -> 'key');
      continue;
    end if;
    insert into public.ai_insights (session_id, user_id, scope_id, coach, task_key, kind, severity, topic_key,
      position, title, body_md, data, source, reason, model, prompt_version, tokens)
    values (s.id, s.user_id, s.scope_id, s.coach, task, i ->> 'kind', i ->> 'severity', i -> 'topic' ->> 'key',
      place, i ->> 'title', i ->> 'body_md', i -> 'data', i ->> 'source', i ->> 'reason', i ->> 'model',
      i ->> 'prompt_version', coalesce((i ->> 'tokens')::integer, 0))
    returning * into insight;
    place := place + 1;
    next_id := next_id + 1;
    events := events || jsonb_build_array(private.add_event(s, next_id, 'insight',
      jsonb_build_object('task', task, 'insight', private.insight_json(insight))));
    for r in select value from jsonb_array_elements(coalesce(i -> 'recommendations', '[]')) loop
      insert into public.ai_recommendations (insight_id, session_id, user_id, scope_id, hint_key, title, body, action)
      values (insight.id, s.id, s.user_id, s.scope_id, r ->> 'key', r ->> 'title', r ->> 'body',
              coalesce(r -> 'action', '{}'))
      returning * into hint;
      next_id := next_id + 1;
      events := events || jsonb_build_array(private.add_event(s, next_id, 'recommendation',
        jsonb_build_object('task', task, 'recommendation', private.recommendation_json(hint))));
    end loop;
  end loop;

  if a -> 'error' is not null and a -> 'error' <> 'null' then
    next_id := next_id + 1;
    events := events || jsonb_build_array(private.add_event(s, next_id, 'error',
      jsonb_build_object('task', task) || (a -> 'error')));
  end if;

  if a -> 'error' is null or a -> 'error' = 'null' then
    perform private.expire(s, task, a -> 'insights');
  end if;
  update public.ai_sessions x
  set last_event_id = next_id,
      tasks = x.tasks || jsonb_build_object(task, jsonb_build_object(
        'status', case when a -> 'error' is null or a -> 'error' = 'null' then 'done' else 'failed' end,
        'attempts', coalesce((a ->> 'attempts')::integer, 1), 'ms', coalesce((a ->> 'ms')::integer, 0),
        'first_event', s.last_event_id + 1, 'last_event', next_id, 'skipped', skipped, 'error', a -> 'error'))
  where x.id = s.id;
  return jsonb_build_object('outcome', 'committed', 'events', events, 'skipped', skipped);
end
$$;

/** The final status and the done event of a locked session, with what it amounted to. */
create function private.finish(s public.ai_sessions, final text, error jsonb) returns jsonb
  language plpgsql volatile set search_path = '' as $$
declare
  next_id integer := s.last_event_id;
  events jsonb := '[]';
begin
  if final = 'cancelled' then
    next_id := next_id + 1;
    events := jsonb_build_array(private.add_event(s, next_id, 'status', '{"msg": "cancelled"}'));
  elsif error is not null then
    next_id := next_id + 1;
    events := jsonb_build_array(private.add_event(s, next_id, 'error', '{"retryable": true}' || error));
  end if;
  next_id := next_id + 1;
  events := events || jsonb_build_array(private.add_event(s, next_id, 'done', jsonb_build_object(
    'status', final,
    'tasks', s.task_count,
    'insights', (select count(*) from public.ai_insights x where x.session_id = s.id),
    'recommendations', (select count(*) from public.ai_recommendations x where x.session_id = s.id),
    'skipped', (select count(*) from jsonb_each(s.tasks) t, jsonb_array_elements(t.value -> 'skipped')),
    'usage', jsonb_build_object('tokensIn', s.tokens_in, 'tokensOut', s.tokens_out, 'cost', s.cost::text))));
  perform private.release_tokens(s.id);
  update public.ai_sessions x
  set status = final, error = finish.error, last_event_id = next_id, lease_until = null, finished_at = now()
  where x.id = s.id;
  return events;
end
$$;

/** Ends a run, once. In: session_id, epoch, status, error?. A final session answers with its last events. */
create function public.ai_finish_session(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  s public.ai_sessions := private.owned((a ->> 'session_id')::uuid, (a ->> 'epoch')::integer);
begin
  if s.status not in ('queued', 'running') then
    return jsonb_build_object('outcome', 'already', 'status', s.status,
      'events', private.events_between(s.id, s.last_event_id, s.last_event_id));
  end if;
  return jsonb_build_object('outcome', 'finished', 'status', a ->> 'status',
    'events', private.finish(s, a ->> 'status', nullif(a -> 'error', 'null')));
end
$$;

/** Asks the owner of a run to stop; with no owner, stops it here. Rows stay. In: session_id.
    Outcomes: requested, cancelled, final. */
create function public.ai_cancel_session(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  s public.ai_sessions;
  events jsonb := '[]';
  outcome text;
begin
  select * into s from public.ai_sessions x
  where x.id = (private.j(p) ->> 'session_id')::uuid and x.user_id = private.me() for update;
  if not found then
    raise sqlstate 'PT404' using message = 'not_found';
  elsif s.status not in ('queued', 'running') then
    outcome := 'final';
  elsif coalesce(s.lease_until > now(), false) then
    outcome := 'requested';
    update public.ai_sessions x set cancel_requested = true where x.id = s.id returning * into s;
  else
    outcome := 'cancelled';
    update public.ai_sessions x set epoch = x.epoch + 1 where x.id = s.id returning * into s;
    events := private.finish(s, 'cancelled', null);
    select * into s from public.ai_sessions x where x.id = s.id;
  end if;
  return jsonb_build_object('outcome', outcome, 'session', private.session_json(s), 'events', events);
end
$$;
