-- What a person can see and say: a session with its events, insights, hints, feedback, preferences, everything.

/** A session, and its durable events above an id, from one snapshot. In: session_id, after?, limit?. */
create function public.ai_get_session(p jsonb) returns jsonb
  language plpgsql stable security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  s public.ai_sessions;
begin
  select * into s from public.ai_sessions x
  where x.id = (a ->> 'session_id')::uuid and x.user_id = private.me();
  if not found then
    raise sqlstate 'PT404' using message = 'not_found';
  end if;
  return jsonb_build_object('session', private.session_json(s),
    'insights', (select count(*) from public.ai_insights i where i.session_id = s.id),
    'events', case when a ? 'after' then
      private.events_between(s.id, (a ->> 'after')::integer + 1, 2147483647) else '[]'::jsonb end);
end
$$;

/** A person's insights, newest first. In: limit?, cursor? (the id of the last one seen), coach?,
    history? (true, the default: cards that expired, too). */
create function public.ai_list_insights(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  with asked as (
    select least(greatest(coalesce((private.j(p) ->> 'limit')::integer, 20), 1), 100) as n,
           (private.j(p) ->> 'cursor')::uuid as cursor, private.j(p) ->> 'coach' as coach,
           coalesce((private.j(p) ->> 'history')::boolean, true) as history
  ), page as (
    select i.* from public.ai_insights i, asked
    where i.user_id = private.me()
      and (asked.history or i.expired_at is null)
      and (asked.coach is null or i.coach = asked.coach)
      and (asked.cursor is null or exists (
        select from public.ai_insights c where c.id = asked.cursor and c.user_id = private.me()
          and (i.created_at < c.created_at
               or i.created_at = c.created_at and (i.position, i.id) > (c.position, c.id))))
    order by i.created_at desc, i.position, i.id limit (select n + 1 from asked)
  ), shown as (select * from page order by created_at desc, position, id limit (select n from asked))
  select jsonb_build_object(
    'insights', coalesce((select jsonb_agg(private.insight_json(i::public.ai_insights) || jsonb_build_object(
        'recommendations', (select coalesce(jsonb_agg(private.recommendation_json(r) order by r.hint_key), '[]')
                            from public.ai_recommendations r where r.insight_id = i.id),
        'feedback', (select e.payload from public.ai_events e where e.insight_id = i.id and e.kind = 'feedback'))
      order by i.created_at desc, i.position, i.id) from shown i), '[]'),
    'cursor', case when (select count(*) from page) > (select n from asked)
      then (select to_jsonb(i.id) from shown i order by i.created_at, i.position desc, i.id desc limit 1) end)
$$;

/** Answers a hint. In: id, status accepted|dismissed|done. PT404 when it is not the caller's. */
create function public.ai_answer_recommendation(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  r public.ai_recommendations;
begin
  if a ->> 'status' is null or a ->> 'status' not in ('accepted', 'dismissed', 'done') then
    raise sqlstate 'PT422' using message = 'invalid';
  end if;
  update public.ai_recommendations x set status = a ->> 'status', updated_at = now()
  where x.id = (a ->> 'id')::uuid and x.user_id = private.me() returning * into r;
  if not found then
    raise sqlstate 'PT404' using message = 'not_found';
  end if;
  return private.recommendation_json(r);
end
$$;

/** A thumb on an insight; a repeat replaces. Down makes its topic quiet, up makes it heard as before.
    In: insight_id, helpful, reason?, comment?, quiet_days?. PT404 when it is not the caller's. */
create function public.ai_record_feedback(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  i public.ai_insights;
  body jsonb;
begin
  select * into i from public.ai_insights x
  where x.id = (a ->> 'insight_id')::uuid and x.user_id = private.me();
  if not found then
    raise sqlstate 'PT404' using message = 'not_found';
  end if;
  body := jsonb_build_object('insightId', i.id, 'topicKey', i.topic_key, 'helpful', (a ->> 'helpful')::boolean,
                             'reason', a -> 'reason', 'comment', a -> 'comment');
  insert into public.ai_events (session_id, user_id, scope_id, kind, insight_id, payload)
  values (i.session_id, i.user_id, i.scope_id, 'feedback', i.id, body)
  on conflict (user_id, insight_id) where kind = 'feedback'
  do update set payload = excluded.payload, created_at = now();
  update public.ai_topic_ledger l
  set quiet_until = case when (a ->> 'helpful')::boolean then null
                         else now() + make_interval(days => coalesce((a ->> 'quiet_days')::integer, 90)) end
  where l.scope_id = i.scope_id and l.coach = i.coach and l.topic_key = i.topic_key;
  return body;
end
$$;

/** A person's preferences; defaults when they never chose. */
create function public.ai_get_prefs(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'locale', coalesce(f.locale, 'en-IN'), 'timezone', coalesce(f.timezone, 'Asia/Kolkata'),
    'focus', coalesce(to_jsonb(f.focus), '[]'), 'email_opt_in', coalesce(f.email_opt_in, false),
    'llm_enabled', coalesce(f.llm_enabled, true), 'token_budget', f.token_budget,
    'quiet_topics', (
      select coalesce(jsonb_agg(jsonb_build_object('coach', l.coach, 'topic', l.topic_key, 'until', private.iso(l.quiet_until),
        'title', (select i.title from public.ai_insights i where i.user_id = u.id and i.coach = l.coach
                    and i.topic_key = l.topic_key order by i.created_at desc limit 1))
        order by l.coach, l.topic_key), '[]')
      from public.ai_topic_ledger l where l.user_id = u.id and l.quiet_until > now()))
  from (select private.me() as id) u left join public.ai_user_prefs f on f.user_id = u.id
$$;

/** Stores preferences; a key that is absent keeps its value. `loud_topics` names quiet topics to be heard again. */
create function public.ai_put_prefs(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := public.ai_get_prefs('{}') || private.j(p);
begin
  if not exists (select from pg_catalog.pg_timezone_names z where z.name = a ->> 'timezone') then
    raise sqlstate 'PT422' using message = 'invalid';
  end if;
  insert into public.ai_user_prefs as f
    (user_id, scope_id, locale, timezone, focus, email_opt_in, llm_enabled, token_budget)
  values (private.me(), private.me(), a ->> 'locale', a ->> 'timezone', private.texts(a -> 'focus'),
          (a ->> 'email_opt_in')::boolean, (a ->> 'llm_enabled')::boolean, (a ->> 'token_budget')::integer)
  on conflict (user_id) do update set locale = excluded.locale, timezone = excluded.timezone,
    focus = excluded.focus, email_opt_in = excluded.email_opt_in, llm_enabled = excluded.llm_enabled,
    token_budget = excluded.token_budget, updated_at = now();
  update public.ai_topic_ledger l set quiet_until = null
  where l.user_id = private.me() and l.topic_key = any (private.texts(a -> 'loud_topics'));
  return public.ai_get_prefs('{}');
end
$$;

/** Runs that nobody holds, oldest first, for the sweep. In: limit?. Only ids: the engine acts for each user. */
create function public.ai_orphaned_sessions(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('sessions', coalesce(jsonb_agg(jsonb_build_object(
    'session_id', o.id, 'user_id', o.user_id, 'coach', o.coach) order by o.created_at, o.id), '[]'))
  from (
    select s.id, s.user_id, s.coach, s.created_at from public.ai_sessions s
    where s.status in ('queued', 'running') and (s.lease_until is null or s.lease_until <= now())
    order by s.created_at, s.id limit least(coalesce((private.j(p) ->> 'limit')::integer, 100), 1000)
  ) o
$$;
