-- Everything the goals coach needs to know about its caller, as of one moment, in one read-only call.
-- Numbers and dates are text: both transports then give the same bytes.

/** The calendar day of a moment where the person lives; an unknown zone counts as India. */
create function private.local_day(at timestamptz, zone text) returns date
  language plpgsql stable set search_path = '' as $$
begin
  return (at at time zone zone)::date;
exception when invalid_parameter_value then
  return (at at time zone 'Asia/Kolkata')::date;
end
$$;

/** In: as_of. Out: as_of_date, schemes, transactions, latest_navs, month_navs (NAVs at month ends, for a chart of at
    most ten years), benchmark_values (at the days of cash flows and of the latest NAVs), goals, goal_schemes, targets.
    Only what was recorded by as_of; a folio only masked. Transactions of the future are given, prices of it not. */
create function public.ai_goals_snapshot(p jsonb) returns jsonb
  language plpgsql stable security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  known_at timestamptz := (a ->> 'as_of')::timestamptz;
  today date := private.local_day(known_at, coalesce(
    (select u.timezone from public.ai_user_prefs u where u.user_id = me), 'Asia/Kolkata'));
begin
  return (
    with tx as materialized (
      select t.*, f.number_masked from public.transactions t
      join public.folios f on f.id = t.folio_id and f.user_id = t.user_id
      where t.user_id = me and t.created_at <= known_at
    ), held as materialized (
      select t.isin, min(t.tx_date) as since from tx t where isfinite(t.tx_date) and t.tx_date <= today group by t.isin
    ), scheme as materialized (
      select s.* from public.schemes s where s.isin in (select t.isin from tx t)
    ), latest as materialized (
      select h.isin, n.nav_date, n.nav from held h cross join lateral (
        select x.nav_date, x.nav from public.navs x
        where x.isin = h.isin and x.nav_date <= today and x.created_at <= known_at
        order by x.nav_date desc, x.created_at desc limit 1) n
    ), month as materialized (
      select h.isin, (g.next_month - interval '1 day')::date as month_end from held h cross join lateral generate_series(
        date_trunc('month', greatest(h.since, today - 3653)::timestamp) + interval '1 month',
        date_trunc('month', today::timestamp), interval '1 month') as g(next_month)
    ), month_nav as materialized (
      select m.isin, m.month_end, n.nav_date, n.nav from month m cross join lateral (
        select x.nav_date, x.nav from public.navs x
        where x.isin = m.isin and x.nav_date <= m.month_end and x.created_at <= known_at
        order by x.nav_date desc, x.created_at desc limit 1) n
    ), asked as materialized (
      select s.benchmark, t.tx_date as day from tx t join scheme s on s.isin = t.isin
      where s.benchmark is not null and t.tx_date <= today and isfinite(t.tx_date)
      union select s.benchmark, l.nav_date from scheme s cross join latest l where s.benchmark is not null
      union select s.benchmark, t.day from scheme s cross join (
        select max(t.tx_date) as day from tx t where t.tx_date <= today and isfinite(t.tx_date)) t
        where s.benchmark is not null and t.day is not null
    ), index_value as materialized (
      select q.benchmark, q.day, b.value_date, b.value from asked q cross join lateral (
        select x.value_date, x.value from public.benchmark_values x
        where x.benchmark = q.benchmark and x.value_date <= q.day and x.created_at <= known_at
        order by x.value_date desc, x.created_at desc limit 1) b
    )
    select jsonb_build_object(
      'as_of_date', today::text,
      'schemes', (select coalesce(jsonb_agg(jsonb_build_object('isin', s.isin, 'name', s.name, 'amc', s.amc,
          'category', s.category, 'asset_class', s.asset_class, 'plan', s.plan, 'option', s.option,
          'benchmark', s.benchmark) order by s.isin collate "C"), '[]') from scheme s),
      'transactions', (select coalesce(jsonb_agg(jsonb_build_object('folio', t.number_masked, 'isin', t.isin,
          'date', t.tx_date::text, 'kind', t.kind, 'amount', t.amount::text, 'units', t.units::text)
          order by t.tx_date, t.source_key collate "C"), '[]') from tx t),
      'latest_navs', (select coalesce(jsonb_agg(jsonb_build_object('isin', l.isin, 'date', l.nav_date::text,
          'nav', l.nav::text) order by l.isin collate "C"), '[]') from latest l),
      'month_navs', (select coalesce(jsonb_agg(jsonb_build_object('isin', m.isin, 'month_end', m.month_end::text,
          'date', m.nav_date::text, 'nav', m.nav::text) order by m.isin collate "C", m.month_end), '[]')
          from month_nav m),
      'benchmark_values', (select coalesce(jsonb_agg(jsonb_build_object('benchmark', v.benchmark,
          'day', v.day::text, 'date', v.value_date::text, 'value', v.value::text)
          order by v.benchmark collate "C", v.day), '[]') from index_value v),
      'goals', (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name,
          'target_amount', g.target_amount::text, 'target_date', g.target_date::text,
          'annual_rate', g.annual_rate::text, 'annual_step_up', g.annual_step_up::text,
          'monthly_amount', g.monthly_amount::text) order by g.target_date, g.id), '[]')
          from public.investor_goals g where g.user_id = me and g.created_at <= known_at),
      'goal_schemes', (select coalesce(jsonb_agg(jsonb_build_object('goal_id', x.goal_id, 'isin', x.isin,
          'share', x.share::text) order by x.goal_id, x.isin collate "C"), '[]')
          from public.investor_goal_schemes x where x.user_id = me and x.created_at <= known_at),
      'targets', (select coalesce(jsonb_agg(jsonb_build_object('dimension', x.dimension, 'name', x.name,
          'share', x.share::text) order by x.dimension collate "C", x.name collate "C"), '[]')
          from public.target_allocations x where x.user_id = me and x.created_at <= known_at))
  );
end
$$;
