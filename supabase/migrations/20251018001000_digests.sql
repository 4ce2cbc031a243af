-- The weekly digest: what a coach said to a person in a week, as plain text, stored once and not sent.

/** Names a digest, so that jobs can see that there is one without seeing a word of it. */
alter table public.ai_events add column digest_key text check ((digest_key is not null) = (kind = 'email_preview'));
comment on column public.ai_events.digest_key is 'The coach and the ISO week of a digest (goals 2026-W47)';
create unique index ai_events_one_digest on public.ai_events (user_id, digest_key) where digest_key is not null;
create index ai_insights_by_time on public.ai_insights (coach, created_at);

/** What jobs must see to know who is owed a digest: that something was said, and that it was told. Never what. */
create policy "Jobs can see when something was said" on public.ai_insights for select to aicoach_jobs using (true);
create policy "Jobs can see who has which digest" on public.ai_events
  for select to aicoach_jobs using (kind = 'email_preview');

/** To whom something was said between two moments that no digest of this week has told. One statement.
    In: coach, week, since, until, limit?, after? (the last user of the page before). Out: users[{user_id}]. */
create function public.ai_due_digests(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  with asked as materialized (
    select private.j(p) ->> 'coach' as coach, (private.j(p) ->> 'coach') || ' ' || (private.j(p) ->> 'week') as digest_key,
           (private.j(p) ->> 'since')::timestamptz as since, (private.j(p) ->> 'until')::timestamptz as until,
           least(coalesce((private.j(p) ->> 'limit')::integer, 500), 5000) as n,
           coalesce((private.j(p) ->> 'after')::uuid, '00000000-0000-0000-0000-000000000000') as after
  ), owed as (
    select distinct i.user_id from public.ai_insights i join asked a on i.coach = a.coach
    where i.created_at >= a.since and i.created_at < a.until and i.expired_at is null and i.user_id > a.after
      and not exists (select from public.ai_events e where e.user_id = i.user_id and e.digest_key = a.digest_key)
    order by i.user_id limit (select n from asked)
  )
  select jsonb_build_object('users', coalesce(
    (select jsonb_agg(jsonb_build_object('user_id', o.user_id) order by o.user_id) from owed o), '[]'))
$$;

/** What a digest is made of, from one snapshot: the last card of each topic between two moments, with its open hints,
    the weightiest first. In: coach, since, until, limit?. Out: locale, cards[{title, body, hints[{title, body}]}]. */
create function public.ai_digest_cards(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  with card as (
    select distinct on (i.topic_key) i.* from public.ai_insights i
    where i.user_id = private.me() and i.coach = private.j(p) ->> 'coach' and i.expired_at is null
      and i.created_at >= (private.j(p) ->> 'since')::timestamptz
      and i.created_at < (private.j(p) ->> 'until')::timestamptz
    order by i.topic_key, i.created_at desc, i.position, i.id
  ), shown as (
    select c.*, row_number() over (order by
      array_position(array['warning', 'notice', 'good', 'info'], c.severity), c.created_at desc, c.position, c.id) as place
    from card c
    order by place limit least(coalesce((private.j(p) ->> 'limit')::integer, 200), 1000)
  )
  select jsonb_build_object(
    'locale', coalesce((select f.locale from public.ai_user_prefs f where f.user_id = private.me()), 'en-IN'),
    'cards', coalesce((select jsonb_agg(jsonb_build_object('title', s.title, 'body', s.body_md, 'hints', (
        select coalesce(jsonb_agg(jsonb_build_object('title', r.title, 'body', r.body) order by r.hint_key), '[]')
        from public.ai_recommendations r
        where r.insight_id = s.id and r.user_id = s.user_id and r.status in ('proposed', 'accepted')))
      order by s.place) from shown s), '[]'))
$$;

/** Stores the digest of a week, once: the first one stays. In: coach, week (2026-W47), locale, subject, body, cards.
    Out: recorded, digest. PT422 for what is no plain text below 100,000 bytes. */
create function public.ai_record_digest(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  key text := (a ->> 'coach') || ' ' || (a ->> 'week');
  kept jsonb;
begin
  if coalesce(a ->> 'coach', '') = '' or coalesce(a ->> 'week', '') !~ '^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$'
     or coalesce(a ->> 'subject', '') = '' or coalesce(a ->> 'body', '') = ''
     or octet_length(a ->> 'body') >= 100000 or (a ->> 'subject') || (a ->> 'body') ~ '[<>]' then
    raise sqlstate 'PT422' using message = 'invalid';
  end if;
  insert into public.ai_events as e (user_id, scope_id, kind, digest_key, payload)
  values (me, me, 'email_preview', key, jsonb_build_object(
    'coach', a ->> 'coach', 'week', a ->> 'week', 'locale', a -> 'locale', 'subject', a ->> 'subject',
    'body', a ->> 'body', 'cards', a -> 'cards', 'createdAt', private.iso(now())))
  on conflict (user_id, digest_key) where digest_key is not null do nothing returning e.payload into kept;
  return jsonb_build_object('recorded', kept is not null, 'digest', coalesce(kept, (
    select e.payload from public.ai_events e
    where e.user_id = me and e.digest_key = key)));
end
$$;

/** A stored digest of the caller: that of a week, or the latest one. In: coach, week?. Out: digest, or null. */
create function public.ai_get_digest(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('digest', (
    select e.payload from public.ai_events e
    where e.user_id = private.me() and e.kind = 'email_preview' and e.payload ->> 'coach' = private.j(p) ->> 'coach'
      and (private.j(p) ->> 'week' is null or e.payload ->> 'week' = private.j(p) ->> 'week')
    order by e.digest_key desc limit 1))
$$;
