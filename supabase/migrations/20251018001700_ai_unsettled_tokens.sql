-- What an attempt used may never become known: its process was killed, or it was cut while the model was writing. When
-- its run ends, such an attempt is charged what it reserved: rather too much than spent and not counted.

alter table public.ai_usage
  drop constraint ai_usage_state_check,
  add constraint ai_usage_state_check check (state in ('reserved', 'settled', 'assumed', 'released'));
comment on column public.ai_usage.state is
  'reserved: tokens and cost are what it may use at most; settled: what it used; assumed: that never became known, and '
  'it is charged as reserved; released: the same, but charged nothing, as the first release did';

/** Charges attempts that were never settled as they were reserved, and says how much that is. The counters have it
    already. Called under the session's row lock. */
create function private.charge_unsettled(of_session uuid, out tokens_in integer, out tokens_out integer, out cost numeric)
  language plpgsql volatile set search_path = '' as $$
begin
  -- A reservation of the first release says its sum only, which then counts as tokens of the prompt.
  with assumed as (
    update public.ai_usage x set state = 'assumed', tokens_in = x.reserved - x.tokens_out
    where x.session_id = of_session and x.state = 'reserved'
    returning x.tokens_in, x.tokens_out, x.cost)
  select coalesce(sum(a.tokens_in), 0), coalesce(sum(a.tokens_out), 0), coalesce(sum(a.cost), 0)
  into charge_unsettled.tokens_in, charge_unsettled.tokens_out, charge_unsettled.cost from assumed a;
end
$$;

/** The final status and the done event of a locked session, with what it amounted to. */
create or replace function private.finish(s public.ai_sessions, final text, error jsonb) returns jsonb
  language plpgsql volatile set search_path = '' as $$
declare
  next_id integer := s.last_event_id;
  events jsonb := '[]';
  unsettled record;
begin
  select * into unsettled from private.charge_unsettled(s.id);
  s.tokens_in := s.tokens_in + unsettled.tokens_in;
  s.tokens_out := s.tokens_out + unsettled.tokens_out;
  s.cost := s.cost + unsettled.cost;
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
  update public.ai_sessions x
  set status = final, error = finish.error, last_event_id = next_id, lease_until = null, finished_at = now(),
      tokens_in = s.tokens_in, tokens_out = s.tokens_out, cost = s.cost
  where x.id = s.id;
  return events;
end
$$;

drop function private.release_tokens(uuid);

/** Reserves what one attempt at one task may use at most; a repeat gives the first answer.
    In: session_id, epoch, task, attempt, tokens_in, tokens_out, cost (text), session_limit, scope_limit, day_limit
    (null: no limit); of the first release: tokens, their sum. A person's own token_budget lowers the session's limit.
    Out: granted, reason (session|scope|day). */
create or replace function public.ai_reserve_tokens(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  s public.ai_sessions := private.owned((a ->> 'session_id')::uuid, (a ->> 'epoch')::integer);
  most_in integer := coalesce(a ->> 'tokens_in', a ->> 'tokens')::integer;
  most_out integer := coalesce((a ->> 'tokens_out')::integer, 0);
  tokens integer := most_in + most_out;
  today date := (now() at time zone 'UTC')::date;
  session_limit bigint := least((a ->> 'session_limit')::bigint,
    (select f.token_budget from public.ai_user_prefs f where f.user_id = s.user_id));
  reason text;
begin
  if tokens is null or least(most_in, most_out) < 0 then
    raise sqlstate 'PT422' using message = 'invalid';
  elsif s.status <> 'running' then
    raise sqlstate 'PT409' using message = 'stale_epoch';
  elsif exists (select from public.ai_usage u where u.session_id = s.id and u.task_key = a ->> 'task'
                and u.attempt = (a ->> 'attempt')::integer) then
    return '{"granted": true}';
  end if;
  if tokens + (select coalesce(sum(case u.state when 'reserved' then u.reserved else u.tokens_in + u.tokens_out end), 0)
               from public.ai_usage u where u.session_id = s.id) > session_limit then
    reason := 'session';
  elsif not private.count_tokens(s.scope_id::text, today, tokens, (a ->> 'scope_limit')::bigint) then
    reason := 'scope';
  elsif not private.count_tokens('*', today, tokens, (a ->> 'day_limit')::bigint) then
    perform private.count_tokens(s.scope_id::text, today, -tokens, null);
    reason := 'day';
  end if;
  if reason is not null then
    return jsonb_build_object('granted', false, 'reason', reason);
  end if;
  insert into public.ai_usage (session_id, task_key, attempt, user_id, scope_id, day, state, reserved,
                               tokens_in, tokens_out, cost)
  values (s.id, a ->> 'task', (a ->> 'attempt')::integer, s.user_id, s.scope_id, today, 'reserved', tokens,
          most_in, most_out, greatest(coalesce((a ->> 'cost')::numeric, 0), 0));
  return '{"granted": true}';
end
$$;
