-- The history is filtered where it is stored: a page is full of what was asked for, however long the history is.

/** A person's insights, newest first. In: limit?, cursor? (the id of the last one seen), coach?, and filters:
    agents? and kinds? (any of them), not_kinds? (none of them), topic?, status? active|expired,
    feedback? helpful|unhelpful|none, since? and until? (days in the person's time zone, both included). */
create or replace function public.ai_list_insights(p jsonb) returns jsonb
  language plpgsql stable security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  wanted integer := least(greatest(coalesce((a ->> 'limit')::integer, 20), 1), 100);
  zone text := coalesce((select f.timezone from public.ai_user_prefs f where f.user_id = me), 'Asia/Kolkata');
  since timestamptz := coalesce((a ->> 'since')::date::timestamp at time zone zone, '-infinity');
  before timestamptz := coalesce(((a ->> 'until')::date + 1)::timestamp at time zone zone, 'infinity');
  agents text[] := private.texts(a -> 'agents');
  kinds text[] := private.texts(a -> 'kinds');
  not_kinds text[] := private.texts(a -> 'not_kinds');
  seen public.ai_insights;
  page public.ai_insights[];
begin
  if a ->> 'cursor' is not null then
    select * into seen from public.ai_insights x where x.id = (a ->> 'cursor')::uuid and x.user_id = me;
    if not found then
      return jsonb_build_object('insights', '[]'::jsonb, 'cursor', null);
    end if;
  end if;
  page := array(
    select i from public.ai_insights i
    left join public.ai_events e on e.user_id = i.user_id and e.insight_id = i.id and e.kind = 'feedback'
    where i.user_id = me and i.created_at >= since and i.created_at < before
      and i.created_at <= coalesce(seen.created_at, 'infinity')
      and (seen.id is null or i.created_at < seen.created_at or (i.position, i.id) > (seen.position, seen.id))
      and (a ->> 'coach' is null or i.coach = a ->> 'coach')
      and (a ->> 'status' is null or (i.expired_at is null) = (a ->> 'status' = 'active'))
      and (a ->> 'topic' is null or i.topic_key = a ->> 'topic')
      and (agents = '{}' or split_part(i.topic_key, ':', 1) = any (agents))
      and (kinds = '{}' or i.kind = any (kinds)) and i.kind <> all (not_kinds)
      and (a ->> 'feedback' is null or a ->> 'feedback' = case (e.payload ->> 'helpful')::boolean
             when true then 'helpful' when false then 'unhelpful' else 'none' end)
    order by i.created_at desc, i.position, i.id limit wanted + 1);
  return jsonb_build_object(
    'insights', (
      select coalesce(jsonb_agg(private.insight_json(page[n]) || jsonb_build_object(
        'recommendations', (select coalesce(jsonb_agg(private.recommendation_json(r) order by r.hint_key), '[]')
                            from public.ai_recommendations r where r.insight_id = (page[n]).id),
        'feedback', (select e.payload from public.ai_events e where e.insight_id = (page[n]).id and e.kind = 'feedback'))
        order by n), '[]')
      from generate_series(1, least(wanted, cardinality(page))) n),
    'cursor', case when cardinality(page) > wanted then (page[wanted]).id end);
end
$$;
