-- Who is due counts what depository statements say is held, as the coach does.

/** Only a member of the owner may replace the function; nobody stays one. Its owner and its grants stay. */
grant aicoach_observer to current_user;

create policy "The question who is due can see everybody" on public.balances
  for select to aicoach_observer using (true);

/** Whose portfolio deserves a look now, among the people of one slice: those behind `after`, by user id, up to 20,000 of
    them or to the one with the 400,000th row of what people own (transactions, balances). A statement then takes some
    seconds however many there are, and all of them take as long as there are people. Every table of people is read by
    that range alone.

    Being due is state: a look that completed ends it, whatever it said; one that asked less than the person's preferred
    focus is none. One that failed or was cancelled is not tried again for rest_hours, unless something changed. People
    who own nothing are nobody's business.

    What a person holds is told by transactions, and for schemes without any by the latest depository statement: such a
    balance has a value and no return, so it counts in the mix, and in the value of the whole only where nothing else
    does (see ai_goals_snapshot, and the coach's positions).

    Causes: never_looked; changed (transactions, the latest statement, goals, their funds or targets, since the look);
    dated (a row whose day has come); window (of any topic, or of the look); and where an agent would speak again: moved
    (new prices: values, returns, gains), drift (new prices: the mix, concentrations), goal (its date, or the months
    before it that matter), sip (an instalment that did not come, a SIP that ended). Thresholds are the coach's own,
    against the values last spoken. A goal's projection is not computed here: it follows the prices, and waits for the
    next look at most.

    In: as_of?, agents[], kinds{kind: {cash, units, internal, priced}}, classes[], thresholds{}, rest_hours?, limit?,
    after?, people?, transactions? (a smaller slice). Out: users[{user_id, why, since}], at most limit, where since tells
    one time of being due from the next; checked, how many people were looked at; next, the user behind whom to ask
    again: the last one told when that were limit, else the last one of the slice; null when nobody is behind.

    Runs as aicoach_observer: to change it, become it as below. Nothing is known of how many rows the steps give, and a
    nested loop where a planner hoped for one is everybody times everybody: hence no such loops. */
create or replace function public.ai_due_goals(p jsonb) returns jsonb
  language sql stable security definer set search_path = '' set enable_nestloop = off as $$
  with asked as materialized (
    select x.moment, (x.moment at time zone 'Asia/Kolkata')::date as today,
           private.texts(x.a -> 'agents') as agents, private.texts(x.a -> 'classes') as classes, x.a -> 'kinds' as kinds,
           make_interval(hours => coalesce((x.a ->> 'rest_hours')::integer, 20)) as rest,
           least(coalesce((x.a ->> 'limit')::integer, 500), 5000) as n, x.after, s.last, t.*
    from (select q.a, coalesce((q.a ->> 'as_of')::timestamptz, now()) as moment,
                 coalesce((q.a ->> 'after')::uuid, '00000000-0000-0000-0000-000000000000') as after
          from (select private.j(p) as a) q) x
    left join lateral (
      select i.user_id as last from (
        select b.user_id from (
          -- A constant of its own, so that a planner knows how short the walk along the index is.
          select w.user_id from (
            select o.user_id from (
              select t.user_id from public.transactions t union all select b.user_id from public.balances b) o
            where o.user_id > x.after order by o.user_id limit 400000) w
          order by w.user_id limit (x.a ->> 'transactions')::integer) b
        group by b.user_id order by b.user_id limit least((x.a ->> 'people')::integer, 20000)) i
      order by i.user_id desc limit 1) s on true
    left join lateral jsonb_to_record(x.a -> 'thresholds') as t (
      window_days integer, value_move numeric, return_move_points numeric, gain_move numeric, annualise_from_days integer,
      unit_dust numeric, drift_move_points numeric, share_move_points numeric, concentrated_scheme numeric,
      concentrated_amc numeric, target_sum_slack numeric, near_months integer, months_max integer, early_days integer,
      late_days integer, sip_ended_days integer, reversal_days integer, same_amount numeric) on true

  -- What people did, read as the coach reads it.
  ), kind as materialized (
    select k.key as name, (k.value ->> 'cash')::integer as cash, (k.value ->> 'units')::integer as units,
           (k.value ->> 'internal')::boolean as internal, (k.value ->> 'priced')::boolean as priced
    from asked a, jsonb_each(a.kinds) k
  ), booked as materialized (
    select t.id, t.user_id, t.isin, t.tx_date as day, t.kind, t.amount, t.created_at, k.internal,
           case when k.priced then k.cash * t.amount else 0 end as cash,
           case when k.units <> 0 then k.units * t.units else 0 end as units,
           coalesce(t.tx_date <= a.today and (not k.priced or t.amount >= 0 and t.amount < 'Infinity')
             and (k.units = 0 or t.units > 0 and t.units < 'Infinity' and (not k.priced or t.amount > 0)), false) as counts
    from asked a
    join public.transactions t on t.user_id > a.after and t.user_id <= a.last and t.created_at <= a.moment
    left join kind k on k.name = t.kind
  ), stated as materialized (
    -- The latest statement of each person.
    select b.user_id, b.isin, b.as_of as day, b.units, b.created_at
    from (select x.*, max(x.as_of) over (partition by x.user_id) as latest
          from asked a
          join public.balances x on x.user_id > a.after and x.user_id <= a.last and x.created_at <= a.moment) b
    where b.as_of = b.latest
  ), owned as (
    select o.user_id, max(o.created_at) as changed_at, max(o.day) filter (where o.day <= a.today) as last_day
    from (select b.user_id, b.created_at, b.day from booked b
          union all select s.user_id, s.created_at, s.day from stated s) o, asked a
    group by o.user_id
  ), aim as (
    select x.user_id, max(x.changed_at) as changed_at from (
      select g.user_id, g.updated_at from public.investor_goals g
      union all select m.user_id, m.created_at from public.investor_goal_schemes m
      union all select t.user_id, t.created_at from public.target_allocations t) x (user_id, changed_at), asked a
    where x.user_id > a.after and x.user_id <= a.last and x.changed_at <= a.moment group by x.user_id
  ), wants as (
    select u.user_id, u.timezone, u.focus from asked a
    join public.ai_user_prefs u on u.user_id > a.after and u.user_id <= a.last
  ), person as materialized (
    select o.user_id, o.last_day, greatest(o.changed_at, m.changed_at) as changed_at, w.agents, k.as_of as looked_at,
           f.as_of as failed_at, greatest(k.as_of, f.as_of, e.as_of) as since,
           case when z.home then a.today else private.local_day(a.moment, u.timezone) end as today,
           case when z.home then (k.as_of at time zone 'Asia/Kolkata')::date
                else private.local_day(k.as_of, u.timezone) end as looked_on
    from asked a cross join owned o
    left join aim m on m.user_id = o.user_id
    left join wants u on u.user_id = o.user_id
    cross join lateral (select coalesce(u.timezone, 'Asia/Kolkata') = 'Asia/Kolkata' as home) z
    cross join lateral (select coalesce(nullif(array(
        select n from unnest(a.agents) n where n = any (u.focus)), '{}'), a.agents) as agents) w
    left join lateral (
      select s.as_of from public.ai_sessions s
      where s.scope_id = o.user_id and s.coach = 'goals' and s.status in ('completed', 'partial') and s.as_of <= a.moment
        and (s.focus = '{}' or s.focus @> w.agents)
      order by s.as_of desc limit 1) k on true
    left join lateral (
      select s.as_of from public.ai_sessions s
      where s.scope_id = o.user_id and s.coach = 'goals' and s.status in ('failed', 'cancelled') and s.as_of <= a.moment
      order by s.as_of desc limit 1) f on true
    left join lateral (
      select s.as_of from public.ai_sessions s
      where s.scope_id = o.user_id and s.coach = 'goals' and s.status in ('completed', 'partial') and s.as_of <= a.moment
      order by s.as_of desc limit 1) e on true
  ), said as materialized (
    select l.scope_id as user_id, l.topic_key, l.trigger_values as was,
           greatest(l.last_seen_at + make_interval(days => a.window_days), l.quiet_until) as ends
    from public.ai_topic_ledger l join person p on p.user_id = l.scope_id cross join asked a
    where l.scope_id > a.after and l.scope_id <= a.last
      and l.coach = 'goals' and split_part(l.topic_key, ':', 1) = any (p.agents)

  -- Performance: what it is worth, and what came of it.
  ), held as materialized (
    select b.user_id, b.isin, sum(b.units) as units, sum(b.cash) as cash, min(b.day) as first_day, max(b.day) as last_day,
           coalesce(-sum(b.cash) filter (where b.paid_in), 0) as invested,
           coalesce(-sum(b.cash) filter (where b.paid_in and not b.internal), 0) as brought,
           coalesce(sum(b.cash) filter (where b.internal), 0) as switched, false as balance
    from (select x.*, x.kind <> 'tds_tax' and (x.cash < 0 or x.kind = 'reversal') as paid_in
          from booked x where x.counts) b
    group by b.user_id, b.isin
    union all
    select s.user_id, s.isin, s.units, 0, s.day, s.day, 0, 0, 0, true
    from stated s join asked a on s.day <= a.today
    where not exists (select from booked b where b.user_id = s.user_id and b.isin = s.isin)
  ), fund as materialized (
    select i.isin, v.nav, v.nav_date, v.created_at as known_at, coalesce(s.amc, '') as amc,
           case when c.told = '' then 'unclassified' when c.told = any (a.classes) then c.told else 'other' end as class_key,
           regexp_replace(lower(coalesce(nullif(btrim(s.category), ''), 'unclassified')), '[\s\-&/.,]+', '_', 'g') as category_key,
           lower(btrim(s.plan)) = 'regular' as regular
    from (select distinct h.isin from held h) i cross join asked a
    left join public.schemes s on s.isin = i.isin
    cross join lateral (select lower(btrim(coalesce(s.asset_class, ''))) as told) c
    left join lateral (
      select x.nav, x.nav_date, x.created_at from public.navs x
      where x.isin = i.isin and x.nav_date <= a.today and x.created_at <= a.moment
      order by x.nav_date desc, x.created_at desc limit 1) v on true
  ), position as materialized (
    select h.user_id, h.isin, h.cash, h.first_day, h.invested, h.brought, h.switched, l.was, f.known_at, f.amc, f.class_key,
           f.category_key, f.regular, x.live, v.valued, v.valued and not h.balance as counted,
           case when x.live then f.nav is not null and l.was ->> 'state' = 'nav_missing' else false end as priced_now,
           case when x.live then h.units * f.nav else 0 end as value,
           case when x.live then greatest(h.last_day, f.nav_date) else h.last_day end as as_of
    from held h join person p on p.user_id = h.user_id and p.looked_at is not null
    cross join asked a
    join fund f on f.isin = h.isin
    cross join lateral (select abs(h.units) >= a.unit_dust as live) x
    left join said l on l.user_id = h.user_id and l.topic_key = 'performance:scheme:' || h.isin
    cross join lateral (select coalesce(l.was ->> 'state' <> 'over_redeemed', true)
                               and (not x.live or f.nav is not null) as valued) v
  ), whole as materialized (
    select x.user_id, l.was, c.was as gains, x.n, x.value, x.cash, x.brought + greatest(-x.switched, 0) as invested,
           x.first_day, x.as_of, x.top, x.bottom
    from (select o.user_id, max(o.known_at) filter (where o.live) as priced_at,
                 count(*) filter (where o.counted) as n,
                 coalesce(sum(o.value) filter (where o.counted), sum(o.value) filter (where o.valued)) as value,
                 sum(o.cash) filter (where o.counted) as cash, sum(o.brought) filter (where o.counted) as brought,
                 sum(o.switched) filter (where o.counted) as switched, min(o.first_day) filter (where o.counted) as first_day,
                 max(o.as_of) filter (where o.counted) as as_of, max(o.value + o.cash) filter (where o.counted) as top,
                 min(o.value + o.cash) filter (where o.counted) as bottom
          from position o group by o.user_id) x
    join person p on p.user_id = x.user_id and x.priced_at > p.looked_at
    left join said l on l.user_id = x.user_id and l.topic_key = 'performance:portfolio'
    left join said c on c.user_id = x.user_id and c.topic_key = 'performance:contributors'
  ), judged_as as materialized (
    -- One line for each scheme with a value, and one (isin null) for all of them: the same questions for both.
    select o.user_id, o.isin, o.was, o.value, o.cash, o.invested, o.first_day, o.as_of from position o
    join whole w on w.user_id = o.user_id where o.valued and o.was is not null
    union all
    select w.user_id, null, w.was, w.value, w.cash, w.invested, w.first_day, w.as_of from whole w
    where w.value is not null and w.was is not null
  ), bound as materialized (
    -- A return a year moved unless the money-weighted equation has its root within the threshold of the one last spoken:
    -- its sign at both ends says so, without solving it. Half a hundredth is the rounding of what is spoken.
    select j.user_id, j.isin, j.value::float8 as value, j.as_of,
           ln(greatest(1 + (r.spoken - a.return_move_points::float8 - 0.0049) / 100, 1e-9)) as low,
           ln(1 + (r.spoken + a.return_move_points::float8 + 0.0049) / 100) as high
    from judged_as j cross join asked a
    cross join lateral (select (j.was ->> 'return')::float8 as spoken) r
    where j.was ->> 'state' = 'annual' and r.spoken > -100
  ), turned as (
    select g.user_id from (
      select d.user_id, d.isin, d.value,
             sum(b.cash::float8 * exp(greatest(least(d.low * (d.as_of - b.day) / 365, 600), -600))) as at_low,
             sum(b.cash::float8 * exp(greatest(least(d.high * (d.as_of - b.day) / 365, 600), -600))) as at_high
      from bound d
      join position o on o.user_id = d.user_id and o.counted and (d.isin is null or o.isin = d.isin)
      join booked b on b.user_id = o.user_id and b.isin = o.isin and b.counts and b.cash <> 0
      group by d.user_id, d.isin, d.value) g
    where not (g.at_low + g.value > 0 and g.at_high + g.value < 0)
  ), moved as (
    select t.user_id from turned t
    union all
    select o.user_id from position o join whole w on w.user_id = o.user_id where o.priced_now
    union all
    select j.user_id from judged_as j, asked a
    where abs(round(j.value, 2) - (j.was ->> 'value')::numeric) > a.value_move * abs((j.was ->> 'value')::numeric)
       or j.was ->> 'state' = 'absolute' and (j.as_of - j.first_day >= a.annualise_from_days
         or j.invested > 0 and abs(round((j.value + j.cash) / j.invested * 100, 2) - (j.was ->> 'return')::numeric)
           > a.return_move_points)
    union all
    select w.user_id from whole w, asked a
    where w.n > 1 and w.top <> w.bottom and (
      w.gains is null and w.was ? 'state'
      or abs(round(w.top, 2) - (w.gains ->> 'top_gain')::numeric) > a.gain_move * abs((w.gains ->> 'top_gain')::numeric)
      or abs(round(w.bottom, 2) - (w.gains ->> 'bottom_gain')::numeric) > a.gain_move * abs((w.gains ->> 'bottom_gain')::numeric))

  -- Allocation: the mix against the targets, and where much is in one place.
  ), valued as materialized (
    select o.user_id, o.value * 100 / sum(o.value) over (partition by o.user_id) as share, o.amc, o.regular, o.class_key,
           o.category_key
    from position o join whole w on w.user_id = o.user_id
    where o.valued and o.value > 0
      and exists (select from said l where l.user_id = o.user_id and l.topic_key = 'allocation:asset_class')
  ), wish as (
    select t.user_id, t.dimension, sum(sum(t.share)) over (partition by t.user_id, t.dimension) as whole,
           sum(t.share) as share, case t.dimension
             when 'category' then regexp_replace(lower(coalesce(nullif(btrim(t.name), ''), 'unclassified')), '[\s\-&/.,]+', '_', 'g')
             else case when btrim(t.name) = '' then 'unclassified' when lower(btrim(t.name)) = any (a.classes)
                       then lower(btrim(t.name)) else 'other' end end as key
    from public.target_allocations t, asked a
    where t.user_id > a.after and t.user_id <= a.last and t.share between 0 and 1 group by t.user_id, t.dimension, 5
  ), part as (
    select v.user_id, d.dimension, d.key, sum(v.share) as share from valued v
    cross join lateral (values ('asset_class', v.class_key), ('category', v.category_key)) d(dimension, key)
    group by v.user_id, d.dimension, d.key
  ), drifted as (
    -- The coach rounds shares and targets to hundredths so that they add up: rather a look too many.
    select s.user_id from part s cross join asked a
    join said l on l.user_id = s.user_id and l.topic_key = 'allocation:' || s.dimension
    left join wish t on t.user_id = s.user_id and t.dimension = s.dimension and t.key = s.key
    left join (select distinct x.user_id, x.dimension, x.whole from wish x) c
      on c.user_id = s.user_id and c.dimension = s.dimension
    where l.was ->> s.key is null
       or abs(s.share - (l.was ->> s.key)::numeric - 100 * coalesce(t.share, 0)) > a.drift_move_points - 0.02
    union all
    select c.user_id from (
      select v.user_id, 'allocation:concentration', 'largest_scheme_share', max(v.share), a.concentrated_scheme * 100
      from valued v, asked a group by v.user_id, a.concentrated_scheme
      union all
      select x.user_id, 'allocation:concentration', 'largest_amc_share', max(x.share), a.concentrated_amc * 100
      from (select v.user_id, sum(v.share) as share from valued v where v.amc <> '' group by v.user_id, v.amc) x, asked a
      group by x.user_id, a.concentrated_amc
      union all
      select v.user_id, 'allocation:regular_plans', 'regular_share', sum(v.share), 0
      from valued v where v.regular group by v.user_id) c (user_id, topic_key, key, share, above)
    cross join asked a
    left join said l on l.user_id = c.user_id and l.topic_key = c.topic_key
    where c.share > c.above
      and (l.was ->> c.key is null or abs(c.share - (l.was ->> c.key)::numeric) > a.share_move_points - 0.02)

  -- Discipline: instalments are due on the usual day of each month after the last that came, until the SIP has ended.
  ), undone as (
    select distinct on (r.id) s.id from booked r
    join booked s on s.user_id = r.user_id and s.isin = r.isin and s.kind = 'purchase_sip' and s.counts
    cross join asked a
    where r.kind = 'reversal' and r.counts and r.day - s.day between 0 and a.reversal_days
      and abs(r.amount - s.amount) <= a.same_amount * s.amount
    order by r.id, s.day desc
  ), sip as (
    select x.user_id, x.isin, max(x.day) as last_day,
           mode() within group (order by extract(day from x.day)::integer) as usual_day
    from (select distinct b.user_id, b.isin, b.day from booked b
          where b.kind = 'purchase_sip' and b.counts and not exists (select from undone u where u.id = b.id)) x
    group by x.user_id, x.isin
  ), lapsed as (
    select s.user_id from sip s join person p on p.user_id = s.user_id and 'discipline' = any (p.agents)
    cross join asked a
    cross join lateral (select s.last_day + a.sip_ended_days + 1 as ended_on,
                               date_trunc('month', (s.last_day + a.early_days)::timestamp) as month) e
    cross join lateral (select e.month - make_interval(months => case
        when least((e.month + make_interval(days => s.usual_day - 1))::date, (e.month + interval '1 month - 1 day')::date)
             > s.last_day + a.early_days then 1 else 0 end) as month) f
    where e.ended_on > p.looked_on and (e.ended_on <= p.today or exists (
      select from generate_series(1, 1 + a.sip_ended_days / 28) k
      cross join lateral (select f.month + make_interval(months => k) as month) n
      cross join lateral (select least((n.month + make_interval(days => s.usual_day - 1))::date,
                                       (n.month + interval '1 month - 1 day')::date) + a.late_days + 1 as missed_on) m
      where m.missed_on > p.looked_on and m.missed_on <= p.today and m.missed_on < e.ended_on))

  -- Goals: whole months left, as they were at the look and as they are.
  ), nearer as (
    select g.user_id from public.investor_goals g
    join person p on p.user_id = g.user_id and 'goals' = any (p.agents) and g.target_amount > 0
    cross join asked a
    cross join lateral (
      select (extract(year from g.target_date) * 12 + extract(month from g.target_date))::integer as month,
             extract(day from g.target_date) as day) t
    cross join lateral (
      select t.month - (extract(year from p.looked_on) * 12 + extract(month from p.looked_on))::integer
               - (t.day < extract(day from p.looked_on))::integer as before,
             t.month - (extract(year from p.today) * 12 + extract(month from p.today))::integer
               - (t.day < extract(day from p.today))::integer as now) m
    cross join lateral (values (0), (a.near_months), (a.months_max)) edge(months)
    where g.user_id > a.after and g.user_id <= a.last and g.created_at <= a.moment
      and m.before > edge.months and m.now <= edge.months

  ), news as (
    select c.user_id, (array_agg(c.why order by c.place))[1] as why from (
      select s.user_id, 1, 'window' from said s join person p on p.user_id = s.user_id cross join asked a
      where s.ends > p.looked_at and s.ends <= a.moment
      union all select m.user_id, 2, 'moved' from moved m
      union all select d.user_id, 3, 'drift' from drifted d
      union all select g.user_id, 4, 'goal' from nearer g
      union all select l.user_id, 5, 'sip' from lapsed l) c (user_id, place, why)
    group by c.user_id
  ), judged as (
    select p.user_id, p.since, case
        when p.failed_at + a.rest > a.moment and p.failed_at >= p.changed_at then null
        when p.looked_at is null then 'never_looked'
        when p.changed_at > p.looked_at then 'changed'
        when p.last_day > p.looked_on then 'dated'
        when p.looked_at + make_interval(days => a.window_days) <= a.moment then 'window'
        else n.why
      end as why
    from person p cross join asked a left join news n on n.user_id = p.user_id
  ), page as (
    select j.user_id, j.why, j.since from judged j where j.why is not null
    order by j.user_id limit (select n from asked)
  ), reached as (
    select case when (select count(*) from page) = a.n then (select g.user_id from page g order by g.user_id desc limit 1)
                else a.last end as user_id
    from asked a
  )
  select jsonb_build_object(
    'users', coalesce((select jsonb_agg(jsonb_build_object('user_id', g.user_id, 'why', g.why,
        'since', extract(epoch from g.since)::text) order by g.user_id) from page g), '[]'),
    'checked', (select count(*) from judged),
    'next', (select r.user_id from reached r cross join lateral (
        select from (select t.user_id from public.transactions t union all select b.user_id from public.balances b) o
        where o.user_id > r.user_id order by o.user_id limit 1) behind))
$$;

revoke aicoach_observer from current_user;
