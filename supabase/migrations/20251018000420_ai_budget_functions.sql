-- Reserve and settle: the sum of what is reserved and spent never passes a limit, whoever is killed when.

/** Reserves an upper bound of tokens for one attempt at one task; a repeat gives the first answer.
    In: session_id, epoch, task, attempt, tokens, session_limit, scope_limit, day_limit (null: no limit).
    A person's own token_budget lowers the session's limit. Out: granted, reason (session|scope|day). */
create function public.ai_reserve_tokens(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  s public.ai_sessions := private.owned((a ->> 'session_id')::uuid, (a ->> 'epoch')::integer);
  tokens integer := (a ->> 'tokens')::integer;
  today date := (now() at time zone 'UTC')::date;
  session_limit bigint := least((a ->> 'session_limit')::bigint,
    (select f.token_budget from public.ai_user_prefs f where f.user_id = s.user_id));
  reason text;
begin
  if tokens is null or tokens < 0 then
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
  insert into public.ai_usage (session_id, task_key, attempt, user_id, scope_id, day, state, reserved)
  values (s.id, a ->> 'task', (a ->> 'attempt')::integer, s.user_id, s.scope_id, today, 'reserved', tokens);
  return '{"granted": true}';
end
$$;

/** Charges what an attempt really used, at most what it reserved, once.
    In: session_id, epoch, task, attempt, tokens_in, tokens_out, cost (text). Out: settled. */
create function public.ai_settle_tokens(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  s public.ai_sessions := private.owned((a ->> 'session_id')::uuid, (a ->> 'epoch')::integer);
  u public.ai_usage;
  used_in integer;
  used_out integer;
begin
  select * into u from public.ai_usage x where x.session_id = s.id and x.task_key = a ->> 'task'
    and x.attempt = (a ->> 'attempt')::integer for update;
  if not found then
    raise sqlstate 'PT404' using message = 'not_found';
  elsif u.state <> 'reserved' then
    return '{"settled": false}';
  end if;
  used_in := least(greatest((a ->> 'tokens_in')::integer, 0), u.reserved);
  used_out := least(greatest((a ->> 'tokens_out')::integer, 0), u.reserved - used_in);
  update public.ai_usage x set state = 'settled', tokens_in = used_in, tokens_out = used_out,
    cost = greatest((a ->> 'cost')::numeric, 0)
  where x.session_id = u.session_id and x.task_key = u.task_key and x.attempt = u.attempt;
  perform private.count_tokens(u.scope_id::text, u.day, used_in + used_out - u.reserved, null);
  perform private.count_tokens('*', u.day, used_in + used_out - u.reserved, null);
  update public.ai_sessions x set tokens_in = x.tokens_in + used_in, tokens_out = x.tokens_out + used_out,
    cost = x.cost + greatest((a ->> 'cost')::numeric, 0)
  where x.id = s.id;
  return '{"settled": true}';
end
$$;
