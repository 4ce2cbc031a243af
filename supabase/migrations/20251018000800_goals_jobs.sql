-- What moves data of the goals coach: a statement comes in, NAVs come in, and who is due for a run.

/** Adds the transactions of a statement to the caller's own, each line once however often it is imported.
    In: transactions[{amc, folio_hash, folio_masked, isin, date, kind, amount, units, nav, source_key}], dry_run?,
    openings[{amc, folio_hash, isin, before}]?, tell_known?. Numbers are text. Out: added, known, folios_added,
    new_folios[folio_hash], held[units known here on the day before, one text for each opening in its order],
    known_keys[source_key, when asked for]; a dry run says the same and writes nothing. */
create function public.ai_import_transactions(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  lines bigint;
  fresh bigint;
  new_folios jsonb;
  known_keys jsonb;
  held jsonb;
begin
  if jsonb_typeof(a -> 'transactions') is distinct from 'array'
     or jsonb_typeof(coalesce(a -> 'openings', '[]')) is distinct from 'array' then
    raise sqlstate 'PT422' using message = 'invalid';
  end if;
  select count(distinct t ->> 'source_key'),
         count(distinct t ->> 'source_key') filter (where k.id is null),
         coalesce(jsonb_agg(distinct t ->> 'folio_hash') filter (where f.id is null), '[]'),
         coalesce(jsonb_agg(distinct k.source_key) filter (where k.id is not null and (a ->> 'tell_known')::boolean), '[]')
  into lines, fresh, new_folios, known_keys
  from jsonb_array_elements(a -> 'transactions') t
  left join public.transactions k on k.user_id = me and k.source_key = t ->> 'source_key'
  left join public.folios f on f.user_id = me and f.amc = t ->> 'amc' and f.number_hash = t ->> 'folio_hash';

  held := (
    select coalesce(jsonb_agg((
        select coalesce(sum(case
            when t.kind in ('purchase', 'purchase_sip', 'switch_in', 'switch_in_merger', 'gift_in',
                            'dividend_reinvest', 'segregation') then t.units
            when t.kind in ('redemption', 'switch_out', 'switch_out_merger', 'gift_out', 'reversal') then -t.units
            else 0 end), 0)::text
        from public.transactions t
        join public.folios f on f.id = t.folio_id
        where t.user_id = me and f.user_id = me and f.amc = o ->> 'amc' and f.number_hash = o ->> 'folio_hash'
          and t.isin = o ->> 'isin' and t.tx_date < (o ->> 'before')::date
      ) order by n), '[]')
    from jsonb_array_elements(coalesce(a -> 'openings', '[]')) with ordinality as asked (o, n)
  );

  if not coalesce((a ->> 'dry_run')::boolean, false) then
    insert into public.folios (user_id, amc, number_hash, number_masked)
    select distinct on (t ->> 'amc', t ->> 'folio_hash') me, t ->> 'amc', t ->> 'folio_hash', t ->> 'folio_masked'
    from jsonb_array_elements(a -> 'transactions') t
    on conflict (user_id, amc, number_hash) do nothing;

    insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key)
    select distinct on (t ->> 'source_key') me, f.id, t ->> 'isin', (t ->> 'date')::date, t ->> 'kind',
           (t ->> 'amount')::numeric, (t ->> 'units')::numeric, (t ->> 'nav')::numeric, t ->> 'source_key'
    from jsonb_array_elements(a -> 'transactions') t
    join public.folios f on f.user_id = me and f.amc = t ->> 'amc' and f.number_hash = t ->> 'folio_hash'
    on conflict (user_id, source_key) do nothing;
    get diagnostics fresh = row_count;
  end if;
  return jsonb_build_object('added', fresh, 'known', lines - fresh, 'folios_added', jsonb_array_length(new_folios),
                            'new_folios', new_folios, 'known_keys', known_keys, 'held', held);
end
$$;

/** Brings in a NAV file: unknown schemes, changed names, and NAVs that are new or differ from what is known. A repeat
    writes nothing; two at once wait for each other. What a scheme invests in is taken from the file only while unknown.
    In: navs[{isin, amfi_code, name, amc, plan, option, asset_class, category, nav, date}].
    Out: schemes_added, schemes_changed, navs_added. */
create function public.ai_upsert_navs(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  known bigint;
  touched bigint;
  new_schemes bigint;
  new_navs bigint;
begin
  if jsonb_typeof(a -> 'navs') is distinct from 'array' then
    raise sqlstate 'PT422' using message = 'invalid';
  end if;
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_upsert_navs', 0));
  known := (select count(*) from public.schemes);
  insert into public.schemes as s (isin, amfi_code, name, amc, plan, option, asset_class, category)
  select distinct on (n ->> 'isin') n ->> 'isin', n ->> 'amfi_code', n ->> 'name', n ->> 'amc', n ->> 'plan',
         n ->> 'option', n ->> 'asset_class', n ->> 'category'
  from jsonb_array_elements(a -> 'navs') n
  on conflict (isin) do update
  set amfi_code = excluded.amfi_code, name = excluded.name, amc = excluded.amc,
      plan = coalesce(excluded.plan, s.plan), option = coalesce(excluded.option, s.option),
      asset_class = coalesce(s.asset_class, excluded.asset_class),
      category = coalesce(s.category, excluded.category), updated_at = now()
  where (s.amfi_code, s.name, s.amc) is distinct from (excluded.amfi_code, excluded.name, excluded.amc)
     or excluded.plan is distinct from s.plan and excluded.plan is not null
     or excluded.option is distinct from s.option and excluded.option is not null
     or s.asset_class is null and excluded.asset_class is not null
     or s.category is null and excluded.category is not null;
  get diagnostics touched = row_count;
  new_schemes := (select count(*) from public.schemes) - known;

  insert into public.navs (isin, nav_date, nav)
  select n ->> 'isin', (n ->> 'date')::date, max((n ->> 'nav')::numeric)
  from jsonb_array_elements(a -> 'navs') n
  left join lateral (
    select x.nav from public.navs x where x.isin = n ->> 'isin' and x.nav_date = (n ->> 'date')::date
    order by x.created_at desc limit 1
  ) last on true
  where last.nav is distinct from (n ->> 'nav')::numeric
  group by n ->> 'isin', (n ->> 'date')::date;
  get diagnostics new_navs = row_count;
  return jsonb_build_object('schemes_added', new_schemes, 'schemes_changed', touched - new_schemes,
                            'navs_added', new_navs);
end
$$;

/** What jobs must see to know who is due: never amounts, names or words. */
create policy "Jobs can see what was last said" on public.ai_topic_ledger for select to aicoach_jobs using (true);
create policy "Jobs can see how many units people hold" on public.transactions for select to aicoach_jobs using (true);
create policy "Jobs can see when goals were made or changed" on public.investor_goals for select to aicoach_jobs using (true);
create index ai_sessions_by_scope on public.ai_sessions (scope_id, coach, as_of desc);
create index ai_sessions_in_vain on public.ai_sessions (scope_id, coach, as_of desc)
  where status in ('failed', 'cancelled');

/** Whose portfolio deserves a look now, in one statement: what they own or save for changed since the last look, the
    window of what was last said (or of the last look) ended since then, or new prices moved the value beyond the
    smallest threshold since it was last spoken. Being due is state: a look that completed ends it, whatever it said; a
    look with another focus is none. One that failed or was cancelled is not tried again for rest_hours, unless
    something changed. People without transactions are nobody's business.
    In: as_of?, focus, window_days, value_move (fraction), topic, trigger, rest_hours?, limit?, after? (the last user of
    the page before). Out: users[{user_id, why, since}] where since tells one time of being due from the next; checked. */
create function public.ai_due_goals(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  with asked as (
    select coalesce((private.j(p) ->> 'as_of')::timestamptz, now()) as moment,
           make_interval(days => (private.j(p) ->> 'window_days')::integer) as window_length,
           make_interval(hours => coalesce((private.j(p) ->> 'rest_hours')::integer, 20)) as rest,
           (private.j(p) ->> 'value_move')::numeric as value_move,
           private.j(p) ->> 'topic' as topic, private.j(p) ->> 'trigger' as trigger,
           array[private.j(p) ->> 'focus'] as focus,
           least(coalesce((private.j(p) ->> 'limit')::integer, 500), 5000) as n,
           coalesce((private.j(p) ->> 'after')::uuid, '00000000-0000-0000-0000-000000000000') as after
  ), held as materialized (
    select t.user_id, t.isin, max(t.created_at) as changed_at, sum(case
        when t.kind in ('purchase', 'purchase_sip', 'switch_in', 'switch_in_merger', 'gift_in',
                        'dividend_reinvest', 'segregation') then t.units
        when t.kind in ('redemption', 'switch_out', 'switch_out_merger', 'gift_out', 'reversal') then -t.units
        else 0 end) filter (where t.units > 0 and t.units < 'Infinity'
                            and t.tx_date <= (a.moment at time zone 'Asia/Kolkata')::date) as units
    from public.transactions t, asked a
    where t.user_id > a.after and t.created_at <= a.moment
    group by t.user_id, t.isin
  ), price as materialized (
    select i.isin, x.nav, x.created_at as known_at from (select distinct h.isin from held h) i
    cross join asked a
    cross join lateral (
      select v.nav, v.created_at from public.navs v
      where v.isin = i.isin and v.nav_date <= (a.moment at time zone 'Asia/Kolkata')::date and v.created_at <= a.moment
      order by v.nav_date desc, v.created_at desc limit 1) x
  ), owned as (
    select h.user_id, max(h.changed_at) as changed_at, sum(greatest(h.units, 0) * q.nav) as value,
           max(q.known_at) filter (where h.units > 0) as priced_at
    from held h left join price q on q.isin = h.isin group by h.user_id
  ), aims as materialized (
    select g.user_id, max(g.updated_at) as changed_at from public.investor_goals g, asked a
    where g.updated_at <= a.moment group by g.user_id
  ), judged as (
    select o.user_id, greatest(k.as_of, f.as_of) as since, case
        when f.as_of + a.rest > a.moment and f.as_of >= greatest(o.changed_at, m.changed_at) then null
        when k.as_of is null then 'never_looked'
        when greatest(o.changed_at, m.changed_at) > k.as_of then 'changed'
        when w.ends > k.as_of and w.ends <= a.moment or k.as_of + a.window_length <= a.moment then 'window'
        when o.priced_at > k.as_of
             and abs(o.value - w.spoken) > a.value_move * abs(w.spoken) then 'moved'
      end as why
    from owned o
    cross join asked a
    left join lateral (
      select s.as_of from public.ai_sessions s
      where s.scope_id = o.user_id and s.coach = 'goals' and s.status in ('completed', 'partial') and s.as_of <= a.moment
        and (s.focus = '{}' or s.focus @> a.focus)
      order by s.as_of desc limit 1) k on true
    left join lateral (
      select s.as_of from public.ai_sessions s
      where s.scope_id = o.user_id and s.coach = 'goals' and s.status in ('failed', 'cancelled') and s.as_of <= a.moment
      order by s.as_of desc limit 1) f on true
    left join aims m on m.user_id = o.user_id
    left join public.ai_topic_ledger l on l.scope_id = o.user_id and l.coach = 'goals' and l.topic_key = a.topic
    cross join lateral (select greatest(l.last_seen_at + a.window_length, l.quiet_until) as ends,
                               (l.trigger_values ->> a.trigger)::numeric as spoken) w
  ), page as (
    select j.user_id, j.why, j.since from judged j where j.why is not null
    order by j.user_id limit (select n from asked)
  )
  select jsonb_build_object(
    'users', coalesce((select jsonb_agg(jsonb_build_object('user_id', g.user_id, 'why', g.why,
        'since', extract(epoch from g.since)::text) order by g.user_id) from page g), '[]'),
    'checked', (select count(*) from judged))
$$;
