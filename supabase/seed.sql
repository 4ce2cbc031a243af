-- Demo data: an invented market and two people who invest in it. Fund houses, funds, codes and prices are made up.
-- Deterministic (a price is a function of its date alone) and repeatable: a second run adds only the days since.
-- The two people sign in through the auth API; here they are only their ids.


drop table if exists pg_temp.demo_scheme, pg_temp.demo_index, pg_temp.demo_day, pg_temp.demo_folio,
  pg_temp.demo_plan, pg_temp.demo_bought;

create temporary table demo_scheme (
  isin text, amfi_code text, name text, amc text, category text, asset_class text, plan text, benchmark text,
  base double precision, beta double precision, alpha double precision, swing double precision, phase double precision
);
insert into demo_scheme values
  ('INF9A1K01AA3', '900101', 'Meghdoot Flexi Cap Fund - Direct Plan - Growth', 'Meghdoot Mutual Fund',
   'Flexi Cap', 'equity', 'direct', 'Bharat 500 TRI', 41.2, 1.02, 0.012, 0.030, 0.3),
  ('INF9A1K01AB1', '900102', 'Meghdoot Mid Cap Fund - Direct Plan - Growth', 'Meghdoot Mutual Fund',
   'Mid Cap', 'equity', 'direct', 'Bharat Midcap 150 TRI', 58.9, 1.28, 0.018, 0.055, 1.9),
  ('INF9B2K01AC6', '900203', 'Sagarmatha Large Cap Index Fund - Direct Plan - Growth', 'Sagarmatha Mutual Fund',
   'Index Fund', 'equity', 'direct', 'Bharat 50 TRI', 17.4, 0.92, -0.002, 0.004, 0.0),
  ('INF9B2K01AD4', '900204', 'Sagarmatha ELSS Tax Saver Fund - Regular Plan - Growth', 'Sagarmatha Mutual Fund',
   'ELSS', 'equity', 'regular', 'Bharat 500 TRI', 88.1, 0.97, -0.017, 0.026, 2.4),
  ('INF9C3K01AE9', '900305', 'Narmada Short Duration Fund - Direct Plan - Growth', 'Narmada Mutual Fund',
   'Short Duration', 'debt', 'direct', 'Bharat Short Duration Debt Index', 27.6, 0, 0.0705, 0.003, 0.8),
  ('INF9C3K01AF6', '900306', 'Narmada Liquid Fund - Direct Plan - Growth', 'Narmada Mutual Fund',
   'Liquid', 'debt', 'direct', 'Bharat Liquid Debt Index', 2910.5, 0, 0.0645, 0.0004, 0.0),
  ('INF9D4K01AG1', '900407', 'Dhruva Gold ETF Fund of Fund - Direct Plan - Growth', 'Dhruva Mutual Fund',
   'Gold', 'gold', 'direct', 'Domestic Gold Price', 15.3, -0.15, 0.128, 0.065, 3.5),
  ('INF9D4K01AH9', '900408', 'Dhruva Small Cap Fund - Regular Plan - Growth', 'Dhruva Mutual Fund',
   'Small Cap', 'equity', 'regular', 'Bharat Smallcap 250 TRI', 33.7, 1.45, -0.012, 0.080, 4.4);

create temporary table demo_index (
  benchmark text, base double precision, beta double precision, alpha double precision, swing double precision,
  phase double precision
);
insert into demo_index values
  ('Bharat 500 TRI', 14250, 1.00, 0, 0, 0),
  ('Bharat 50 TRI', 17100, 0.92, 0, 0.004, 0),
  ('Bharat Midcap 150 TRI', 9380, 1.22, 0.006, 0.050, 1.9),
  ('Bharat Smallcap 250 TRI', 7640, 1.38, 0.002, 0.080, 4.4),
  ('Bharat Short Duration Debt Index', 3980, 0, 0.0715, 0.003, 0.8),
  ('Bharat Liquid Debt Index', 3512, 0, 0.0650, 0.0004, 0),
  ('Domestic Gold Price', 3910, -0.15, 0.131, 0.065, 3.5);

-- Business days up to yesterday in India: today's NAVs come late in the evening. Years since 2020, and the market's
-- logarithm: a trend, a long and a short wave.
create temporary table demo_day as
select d::date as day, (d::date + time '17:30') at time zone 'UTC' as known_at, t,
       0.112 * t + 0.085 * sin(6.2832 * t / 1.9 + 0.4) + 0.030 * sin(6.2832 * t / 0.43 + 1.1)
       + 0.010 * sin(6.2832 * t / 0.083) as market
from generate_series(date '2020-01-01', (now() at time zone 'Asia/Kolkata')::date - 1, interval '1 day') d
cross join lateral (select (d::date - date '2020-01-01') / 365.25::double precision as t) years
where extract(isodow from d) < 6;

insert into public.schemes (isin, amfi_code, name, amc, category, asset_class, plan, option, benchmark)
select isin, amfi_code, name, amc, category, asset_class, plan, 'growth', benchmark from demo_scheme
on conflict do nothing;

-- Month by month until five years ago, day by day since.
insert into public.navs (isin, nav_date, nav, created_at)
select s.isin, d.day, round((s.base * exp(s.beta * d.market + s.alpha * d.t
       + s.swing * sin(6.2832 * d.t / 1.3 + s.phase)))::numeric, 4), d.known_at
from demo_scheme s cross join demo_day d
where d.day > date '2020-12-31' or d.day in (select max(x.day) from demo_day x group by date_trunc('month', x.day))
on conflict do nothing;

insert into public.benchmark_values (benchmark, value_date, value, created_at)
select i.benchmark, d.day, round((i.base * exp(i.beta * d.market + i.alpha * d.t
       + i.swing * sin(6.2832 * d.t / 1.3 + i.phase)))::numeric, 2), d.known_at
from demo_index i cross join demo_day d
where d.day > date '2020-12-31'
on conflict do nothing;

-- Who holds what. Folio numbers are invented; only a mask is ever shown.
create temporary table demo_folio (user_id uuid, id uuid, amc text, masked text);
insert into demo_folio values
  ('11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-0000000000f1', 'Meghdoot Mutual Fund', 'XXXXXX4417'),
  ('11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-0000000000f2', 'Sagarmatha Mutual Fund', 'XXXXX9083'),
  ('11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-0000000000f3', 'Narmada Mutual Fund', 'XXXXXX2260'),
  ('11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-0000000000f4', 'Dhruva Mutual Fund', 'XXXXX7751'),
  ('22222222-2222-4222-8222-222222222222', '22222222-2222-4222-8222-0000000000f1', 'Meghdoot Mutual Fund', 'XXXXXX1034'),
  ('22222222-2222-4222-8222-222222222222', '22222222-2222-4222-8222-0000000000f2', 'Sagarmatha Mutual Fund', 'XXXXX6652'),
  ('22222222-2222-4222-8222-222222222222', '22222222-2222-4222-8222-0000000000f4', 'Dhruva Mutual Fund', 'XXXXX3318');
insert into public.folios (id, user_id, amc, number_hash, number_masked)
select id, user_id, amc, encode(sha256(convert_to('demo folio ' || id, 'UTF8')), 'hex'), masked from demo_folio
on conflict do nothing;

-- What each person decided: instalments on a day of the month with a yearly step-up, single purchases, switches in.
create temporary table demo_plan (
  user_id uuid, isin text, label text, kind text, starts date, ends date, amount numeric, step_up numeric
);
insert into demo_plan values
  ('11111111-1111-4111-8111-111111111111', 'INF9A1K01AA3', 'sip', 'purchase_sip', '2021-06-05', '2099-01-01', 10000, 0.10),
  ('11111111-1111-4111-8111-111111111111', 'INF9A1K01AB1', 'sip', 'purchase_sip', '2022-01-10', '2099-01-01', 5000, 0.10),
  ('11111111-1111-4111-8111-111111111111', 'INF9B2K01AC6', 'sip', 'purchase_sip', '2021-06-07', '2099-01-01', 5000, 0),
  ('11111111-1111-4111-8111-111111111111', 'INF9B2K01AD4', 'sip', 'purchase_sip', '2021-07-15', '2024-03-31', 4000, 0),
  ('11111111-1111-4111-8111-111111111111', 'INF9C3K01AE9', 'lump', 'purchase', '2021-08-02', '2021-08-02', 250000, 0),
  ('11111111-1111-4111-8111-111111111111', 'INF9C3K01AF6', 'lump', 'purchase', '2023-02-01', '2023-02-01', 300000, 0),
  ('11111111-1111-4111-8111-111111111111', 'INF9D4K01AH9', 'lump', 'purchase', '2021-09-01', '2021-09-01', 60000, 0),
  ('11111111-1111-4111-8111-111111111111', 'INF9A1K01AA3', 'stp', 'switch_in', '2023-03-06', '2023-08-31', 25000, 0);
-- Ravi began in the month eight months ago, so that his card shows an absolute return; once there, he stays as he is.
insert into demo_plan
select '22222222-2222-4222-8222-222222222222', r.isin, r.label, r.kind, m.first + r.day,
       case when r.kind = 'purchase' then m.first + r.day else date '2099-01-01' end, r.amount, 0
from (values ('INF9A1K01AA3', 'sip', 'purchase_sip', 4, 8000), ('INF9B2K01AC6', 'sip', 'purchase_sip', 9, 6000),
             ('INF9D4K01AG1', 'lump', 'purchase', 30, 40000)) as r (isin, label, kind, day, amount)
cross join (select date_trunc('month', now() - interval '8 months')::date as first) m
where not exists (select from public.transactions t where t.user_id = '22222222-2222-4222-8222-222222222222');

-- Each is carried out at the first NAV on or after its day; stamp duty of 0.005 % comes out of it, on a row of its own.
create temporary table demo_bought as
select p.user_id, p.isin, p.label, p.kind, f.id as folio_id, n.nav_date as day, n.nav, n.created_at as known_at, gross,
       round(gross * 0.00005, 2) as stamp, round((gross - round(gross * 0.00005, 2)) / n.nav, 3) as units, due::date as due
from demo_plan p
join demo_scheme s using (isin)
join demo_folio f on f.user_id = p.user_id and f.amc = s.amc
cross join lateral generate_series(p.starts::timestamp, p.ends, interval '1 month') due
cross join lateral (select round(p.amount * (1 + p.step_up) ^ extract(year from age(due, p.starts)), -1) as gross) g
cross join lateral (
  select x.* from public.navs x where x.isin = p.isin and x.nav_date >= due order by x.nav_date limit 1) n;

insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key, created_at)
select user_id, folio_id, isin, day, kind, gross - stamp, units, nav,
       concat_ws(':', 'demo', isin, label, due), known_at from demo_bought
union all
select user_id, folio_id, isin, day, 'stamp_duty_tax', stamp, null, null,
       concat_ws(':', 'demo', isin, label, due, 'stamp'), known_at from demo_bought
on conflict do nothing;

-- What Asha sold: part of her debt fund, all of her small-cap fund, and six switches out of the liquid fund.
insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key, created_at)
select f.user_id, f.id, o.isin, n.nav_date, o.kind, coalesce(o.amount, round(q.units * n.nav, 2)),
       coalesce(round(o.amount / n.nav, 3), q.units), n.nav,
       concat_ws(':', 'demo', o.isin, o.kind, o.due), n.created_at
from (
  select 'INF9C3K01AE9' as isin, 'redemption' as kind, date '2024-05-06' as due, 120000::numeric as amount
  union all select 'INF9D4K01AH9', 'redemption', date '2023-09-04', null
  union all select 'INF9C3K01AF6', 'switch_out', b.day, b.gross from demo_bought b where b.kind = 'switch_in'
) o
join demo_scheme s on s.isin = o.isin
join demo_folio f on f.amc = s.amc and f.user_id = '11111111-1111-4111-8111-111111111111'
cross join lateral (
  select x.* from public.navs x where x.isin = o.isin and x.nav_date >= o.due order by x.nav_date limit 1) n
cross join lateral (
  select sum(t.units) as units from public.transactions t
  where t.user_id = f.user_id and t.isin = o.isin and t.kind in ('purchase', 'purchase_sip') and t.tx_date < o.due) q
on conflict do nothing;

-- What they save for, with their own assumptions, and the mix they chose.
insert into public.investor_goals
  (id, user_id, name, target_amount, target_date, annual_rate, annual_step_up, monthly_amount, created_at)
values
  ('11111111-1111-4111-8111-0000000000a1', '11111111-1111-4111-8111-111111111111',
   'Meera''s college', 4000000, '2034-06-01', 0.10, 0.10, 15000, '2021-06-01'),
  ('11111111-1111-4111-8111-0000000000a2', '11111111-1111-4111-8111-111111111111',
   'Rainy days', 600000, '2028-04-01', 0.06, 0, 0, '2021-06-01'),
  ('22222222-2222-4222-8222-0000000000a1', '22222222-2222-4222-8222-222222222222',
   'A home of our own', 2500000, '2032-01-01', 0.09, 0.05, 14000, '2021-06-01')
on conflict do nothing;
insert into public.investor_goal_schemes (goal_id, user_id, isin, share, created_at) values
  ('11111111-1111-4111-8111-0000000000a1', '11111111-1111-4111-8111-111111111111', 'INF9A1K01AA3', 1, '2021-06-01'),
  ('11111111-1111-4111-8111-0000000000a1', '11111111-1111-4111-8111-111111111111', 'INF9A1K01AB1', 0.5, '2021-06-01'),
  ('11111111-1111-4111-8111-0000000000a2', '11111111-1111-4111-8111-111111111111', 'INF9C3K01AE9', 1, '2021-06-01'),
  ('11111111-1111-4111-8111-0000000000a2', '11111111-1111-4111-8111-111111111111', 'INF9C3K01AF6', 1, '2021-06-01'),
  ('22222222-2222-4222-8222-0000000000a1', '22222222-2222-4222-8222-222222222222', 'INF9A1K01AA3', 1, '2021-06-01'),
  ('22222222-2222-4222-8222-0000000000a1', '22222222-2222-4222-8222-222222222222', 'INF9B2K01AC6', 1, '2021-06-01')
on conflict do nothing;
insert into public.target_allocations (user_id, dimension, name, share, created_at) values
  ('11111111-1111-4111-8111-111111111111', 'asset_class', 'equity', 0.70, '2021-06-01'),
  ('11111111-1111-4111-8111-111111111111', 'asset_class', 'debt', 0.30, '2021-06-01'),
  ('11111111-1111-4111-8111-111111111111', 'category', 'Flexi Cap', 0.40, '2021-06-01'),
  ('11111111-1111-4111-8111-111111111111', 'category', 'Mid Cap', 0.15, '2021-06-01'),
  ('11111111-1111-4111-8111-111111111111', 'category', 'Index Fund', 0.15, '2021-06-01'),
  ('11111111-1111-4111-8111-111111111111', 'category', 'Short Duration', 0.20, '2021-06-01'),
  ('11111111-1111-4111-8111-111111111111', 'category', 'Liquid', 0.10, '2021-06-01'),
  ('22222222-2222-4222-8222-222222222222', 'asset_class', 'equity', 0.80, '2021-06-01'),
  ('22222222-2222-4222-8222-222222222222', 'asset_class', 'gold', 0.20, '2021-06-01')
on conflict do nothing;
