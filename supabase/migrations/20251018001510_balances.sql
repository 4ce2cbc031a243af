-- Depository statements (NSDL, CDSL) hold balances only. They are kept apart from transactions: a balance says what is
-- held, never what was paid, so it has a value and no return.

create table public.balances (
  user_id uuid not null,
  isin text not null,
  as_of date not null,
  units numeric not null check (units > 0 and units < 'Infinity'),
  created_at timestamptz not null default now(),
  primary key (user_id, as_of, isin)
);
comment on table public.balances is
  'What depository statements say was held in a scheme, over all accounts. Only the latest statement counts, and only '
  'for schemes without transactions: those tell the same holding, and more of it';

alter table public.balances enable row level security;
alter table public.balances force row level security;
create policy "People and their engine can read their own rows" on public.balances
  for select to authenticated, aicoach_engine using ((select auth.uid()) = user_id);
create policy "The engine can add rows for its user" on public.balances
  for insert to aicoach_engine with check ((select auth.uid()) = user_id);
create policy "The engine can delete rows of its user" on public.balances
  for delete to aicoach_engine using ((select auth.uid()) = user_id);

/** Adds what a depository statement says was held on a day, each scheme once. In: as_of, balances[{isin, units}],
    dry_run?. Numbers are text. Out: added, known; a dry run says the same and writes nothing. */
create function public.ai_import_balances(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  day date := (a ->> 'as_of')::date;
  told bigint := jsonb_array_length(a -> 'balances');
  fresh bigint;
begin
  if day is null or told is null then
    raise sqlstate 'PT422' using message = 'invalid';
  end if;
  if coalesce((a ->> 'dry_run')::boolean, false) then
    fresh := (select count(*) from jsonb_array_elements(a -> 'balances') t
              where not exists (select from public.balances b
                                where b.user_id = me and b.as_of = day and b.isin = t ->> 'isin'));
  else
    insert into public.balances (user_id, isin, as_of, units)
    select me, t ->> 'isin', day, (t ->> 'units')::numeric from jsonb_array_elements(a -> 'balances') t
    on conflict (user_id, as_of, isin) do nothing;
    get diagnostics fresh = row_count;
  end if;
  return jsonb_build_object('added', fresh, 'known', told - fresh);
end
$$;

/** As before, with balances among the transactions, as rows of the kind "balance" without an amount.
    In: as_of. Out: as_of_date; tables as columns, {name: [values]}, because one array is built five times faster than
    as many objects: schemes, transactions, latest_navs, month_navs (NAVs at month ends, for a chart of at most ten
    years), benchmark_values (at the days of cash flows and of the latest NAVs), goals, goal_schemes, targets.
    Only what was recorded by as_of; no folio. Transactions of the future are given, prices of it are not. */
create or replace function public.ai_goals_snapshot(p jsonb) returns jsonb
  language plpgsql stable security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  known_at timestamptz := (a ->> 'as_of')::timestamptz;
  today date := private.local_day(known_at, coalesce(
    (select u.timezone from public.ai_user_prefs u where u.user_id = me), 'Asia/Kolkata'));
begin
  if known_at is null or not isfinite(known_at) then
    raise sqlstate 'PT422' using message = 'as_of';
  end if;
  return (
    with tx as materialized (
      select t.isin, t.tx_date, t.kind, t.amount, t.units from (
        select x.isin, x.tx_date, x.kind, x.amount, x.units, x.source_key from public.transactions x
        where x.user_id = me and x.created_at <= known_at
        union all
        select b.isin, b.as_of, 'balance', null, b.units, b.isin from public.balances b
        where b.user_id = me and b.created_at <= known_at
          and b.as_of = (select max(l.as_of) from public.balances l where l.user_id = me and l.created_at <= known_at)
          and not exists (select from public.transactions x
                          where x.user_id = me and x.isin = b.isin and x.created_at <= known_at)
      ) t order by t.tx_date, t.source_key collate "C"
    ), past as materialized (
      select t.isin, t.tx_date from tx t where isfinite(t.tx_date) and t.tx_date <= today
    ), held as materialized (
      select t.isin, min(t.tx_date) as since from past t group by t.isin order by t.isin collate "C"
    ), scheme as materialized (
      select s.* from public.schemes s where s.isin in (select t.isin from tx t) order by s.isin collate "C"
    ), latest as materialized (
      select h.isin, n.nav_date, n.nav from held h cross join lateral (
        select x.nav_date, x.nav from public.navs x
        where x.isin = h.isin and x.nav_date <= today and x.created_at <= known_at
        order by x.nav_date desc, x.created_at desc limit 1) n
    ), month as (
      select h.isin, (g.next_month - interval '1 day')::date as month_end
      from held h cross join lateral generate_series(
        date_trunc('month', greatest(h.since, today - 3653)::timestamp) + interval '1 month',
        date_trunc('month', today::timestamp), interval '1 month') as g(next_month)
    ), month_nav as (
      select m.isin, m.month_end, n.nav_date, n.nav from month m cross join lateral (
        select x.nav_date, x.nav from public.navs x
        where x.isin = m.isin and x.nav_date <= m.month_end and x.created_at <= known_at
        order by x.nav_date desc, x.created_at desc limit 1) n
    ), asked as (
      select s.benchmark, t.tx_date as day from past t join scheme s on s.isin = t.isin where s.benchmark is not null
      union select s.benchmark, d.day from scheme s cross join (
        select l.nav_date as day from latest l union select max(t.tx_date) from past t) d
        where s.benchmark is not null and d.day is not null
    ), index_value as (
      select q.benchmark, q.day, b.value_date, b.value from asked q cross join lateral (
        select x.value_date, x.value from public.benchmark_values x
        where x.benchmark = q.benchmark and x.value_date <= q.day and x.created_at <= known_at
        order by x.value_date desc, x.created_at desc limit 1) b
    )
    select jsonb_build_object(
      'as_of_date', today::text,
      'schemes', (select jsonb_build_object('isin', array_agg(s.isin), 'name', array_agg(s.name),
          'amc', array_agg(s.amc), 'category', array_agg(s.category), 'asset_class', array_agg(s.asset_class),
          'plan', array_agg(s.plan), 'option', array_agg(s.option), 'benchmark', array_agg(s.benchmark)) from scheme s),
      'transactions', (select jsonb_build_object('isin', array_agg(t.isin), 'date', array_agg(t.tx_date::text),
          'kind', array_agg(t.kind), 'amount', array_agg(t.amount::text), 'units', array_agg(t.units::text)) from tx t),
      'latest_navs', (select jsonb_build_object('isin', array_agg(l.isin), 'date', array_agg(l.nav_date::text),
          'nav', array_agg(l.nav::text)) from latest l),
      'month_navs', (select jsonb_build_object('isin', array_agg(m.isin), 'month_end', array_agg(m.month_end::text),
          'date', array_agg(m.nav_date::text), 'nav', array_agg(m.nav::text))
        from (select * from month_nav n order by n.isin collate "C", n.month_end) m),
      'benchmark_values', (select jsonb_build_object('benchmark', array_agg(v.benchmark),
          'day', array_agg(v.day::text), 'date', array_agg(v.value_date::text), 'value', array_agg(v.value::text))
        from (select * from index_value i order by i.benchmark collate "C", i.day) v),
      'goals', (select jsonb_build_object('id', array_agg(g.id::text), 'name', array_agg(g.name),
          'target_amount', array_agg(g.target_amount::text), 'target_date', array_agg(g.target_date::text),
          'annual_rate', array_agg(g.annual_rate::text), 'annual_step_up', array_agg(g.annual_step_up::text),
          'monthly_amount', array_agg(g.monthly_amount::text), 'priority', array_agg(g.priority::text),
          'annual_volatility', array_agg(g.annual_volatility::text))
        from (select * from public.investor_goals x where x.user_id = me and x.created_at <= known_at
              order by x.priority, x.target_date, x.id) g),
      'goal_schemes', (select jsonb_build_object('goal_id', array_agg(x.goal_id::text), 'isin', array_agg(x.isin),
          'share', array_agg(x.share::text))
        from (select * from public.investor_goal_schemes y where y.user_id = me and y.created_at <= known_at
              order by y.goal_id, y.isin collate "C") x),
      'targets', (select jsonb_build_object('dimension', array_agg(x.dimension), 'name', array_agg(x.name),
          'share', array_agg(x.share::text))
        from (select * from public.target_allocations y where y.user_id = me and y.created_at <= known_at
              order by y.dimension collate "C", y.name collate "C") x))
  );
end
$$;

/** What is held today, at the latest NAV. Rows that the coach would set aside do not count here either;
    balances stand in where there are no transactions. */
create or replace view public.current_portfolio with (security_invoker = true) as
select held.user_id, held.isin, s.name, s.amc, s.category, s.asset_class, s.plan, held.units,
       n.nav, n.nav_date, round(held.units * n.nav, 2) as value
from (
  select t.user_id, t.isin, sum(case
      when t.kind in ('purchase', 'purchase_sip', 'switch_in', 'switch_in_merger', 'gift_in',
                      'dividend_reinvest', 'segregation') then t.units
      when t.kind in ('redemption', 'switch_out', 'switch_out_merger', 'gift_out', 'reversal') then -t.units
      else 0 end) as units
  from public.transactions t
  where t.units > 0 and t.units < 'Infinity' and t.tx_date <= (now() at time zone 'Asia/Kolkata')::date
    and (t.amount > 0 and t.amount < 'Infinity' or t.kind in ('dividend_reinvest', 'segregation'))
  group by t.user_id, t.isin
  union all
  select b.user_id, b.isin, b.units from public.balances b
  where b.as_of = (select max(l.as_of) from public.balances l where l.user_id = b.user_id)
    and not exists (select from public.transactions x where x.user_id = b.user_id and x.isin = b.isin)
) held
left join public.schemes s on s.isin = held.isin
left join lateral (
  select x.nav, x.nav_date from public.navs x
  where x.isin = held.isin and x.nav_date <= (now() at time zone 'Asia/Kolkata')::date
  order by x.nav_date desc, x.created_at desc limit 1
) n on true
where held.units <> 0;
