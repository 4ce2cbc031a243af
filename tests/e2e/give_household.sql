-- Gives one person the portfolio of a real household: sixteen funds of six houses in nine folios, direct and regular
-- plans, four goals that share funds, a mix that has drifted, instalments that never came. In: email.
-- Invented, like the demo market that it adds to; every date hangs on today, so that it never grows old.

create temporary table household on commit drop as select id from auth.users where email = :'email';

-- Eight more funds. Each moves with a fund of the demo market, a little better or worse.
create temporary table fund on commit drop as select * from (values
  ('INF9A1K01AJ4', 'Meghdoot Flexi Cap Fund - Regular Plan - Growth', 'Meghdoot Mutual Fund',
   'Flexi Cap', 'equity', 'regular', 'Bharat 500 TRI', 'INF9A1K01AA3', 0.94, -0.008),
  ('INF9E5K01AK9', 'Kaveri Large & Mid Cap Fund - Direct Plan - Growth', 'Kaveri Mutual Fund',
   'Large & Mid Cap', 'equity', 'direct', 'Bharat 500 TRI', 'INF9A1K01AB1', 0.81, -0.021),
  ('INF9E5K01AL7', 'Kaveri Global Innovators Overseas Equity Fund of Fund - Direct Plan - Growth', 'Kaveri Mutual Fund',
   'FoF Overseas', 'equity', 'direct', 'Bharat 500 TRI', 'INF9B2K01AC6', 0.62, 0.019),
  ('INF9F6K01AM2', 'Nilgiri Value Fund - Regular Plan - Income Distribution cum Capital Withdrawal (Payout)',
   'Nilgiri Mutual Fund', 'Value', 'equity', 'regular', 'Bharat 500 TRI', 'INF9B2K01AD4', 0.44, -0.014),
  ('INF9F6K01AN0', 'Nilgiri Balanced Advantage Fund - Regular Plan - Growth', 'Nilgiri Mutual Fund',
   'Balanced Advantage', 'hybrid', 'regular', 'Bharat 500 TRI', 'INF9B2K01AC6', 1.31, -0.031),
  ('INF9F6K01AP5', 'Nilgiri Gilt Fund with 10 year Constant Duration - Direct Plan - Growth', 'Nilgiri Mutual Fund',
   'Gilt', 'debt', 'direct', 'Bharat Short Duration Debt Index', 'INF9C3K01AE9', 0.73, 0.004),
  ('INF9C3K01AQ3', 'Narmada Aggressive Hybrid Fund - Direct Plan - Growth', 'Narmada Mutual Fund',
   'Aggressive Hybrid', 'hybrid', 'direct', 'Bharat 500 TRI', 'INF9B2K01AC6', 2.06, -0.012),
  ('INF9B2K01AR4', 'Sagarmatha Corporate Bond Fund - Direct Plan - Growth', 'Sagarmatha Mutual Fund',
   'Corporate Bond', 'debt', 'direct', 'Bharat Short Duration Debt Index', 'INF9C3K01AE9', 0.58, 0.002)
) as f (isin, name, amc, category, asset_class, plan, benchmark, like_fund, factor, rate);

insert into public.schemes (isin, name, amc, category, asset_class, plan, option, benchmark)
select isin, name, amc, category, asset_class, plan, case when name like '%Payout%' then 'idcw' else 'growth' end, benchmark
from fund;
insert into public.navs (isin, nav_date, nav, created_at)
select f.isin, n.nav_date, round((n.nav * f.factor * exp(f.rate * (n.nav_date - date '2020-01-01') / 365.25))::numeric, 4),
       n.created_at
from fund f join public.navs n on n.isin = f.like_fund;

-- Two houses know them by two folios: one opened through a distributor, one directly.
insert into public.folios (user_id, amc, number_hash, number_masked)
select h.id, amc, md5(amc || masked), masked from household h, (values
  ('Meghdoot Mutual Fund', 'XXXXXX4102'), ('Meghdoot Mutual Fund', 'XXXXXX7719'),
  ('Sagarmatha Mutual Fund', 'XXXXX3350'), ('Sagarmatha Mutual Fund', 'XXXXX8046'),
  ('Narmada Mutual Fund', 'XXXXXX1187'), ('Dhruva Mutual Fund', 'XXXXX6624'), ('Dhruva Mutual Fund', 'XXXXX9905'),
  ('Kaveri Mutual Fund', 'XXXXXX2038'), ('Nilgiri Mutual Fund', 'XXXXX5571')) as f (amc, masked);

-- An instalment a month, on a day of it, from `first` months ago until `last` months ago, raised once a year; of each
-- year those in `missed` never came. A row whose first and last are the same is a single purchase.
create temporary table plan on commit drop as select * from (values
  ('INF9A1K01AA3', 'XXXXXX7719', 'purchase_sip', 5, 58, 0, 12000, 0.10, '{}'::integer[]),
  ('INF9A1K01AB1', 'XXXXXX7719', 'purchase_sip', 10, 46, 0, 6000, 0.10, '{}'),
  ('INF9A1K01AJ4', 'XXXXXX4102', 'purchase_sip', 5, 68, 59, 7500, 0, '{}'),
  ('INF9B2K01AC6', 'XXXXX8046', 'purchase_sip', 7, 52, 0, 10000, 0.05, '{}'),
  ('INF9B2K01AD4', 'XXXXX3350', 'purchase_sip', 15, 66, 32, 4000, 0, '{}'),
  ('INF9B2K01AR4', 'XXXXX8046', 'purchase', 3, 40, 40, 275000, 0, '{}'),
  ('INF9C3K01AE9', 'XXXXXX1187', 'purchase', 2, 55, 55, 310000, 0, '{}'),
  ('INF9C3K01AF6', 'XXXXXX1187', 'purchase', 20, 18, 18, 225000, 0, '{}'),
  ('INF9C3K01AQ3', 'XXXXXX1187', 'purchase_sip', 12, 36, 0, 4000, 0, '{}'),
  ('INF9D4K01AG1', 'XXXXX9905', 'purchase_sip', 18, 30, 0, 2000, 0, '{}'),
  ('INF9D4K01AH9', 'XXXXX6624', 'purchase_sip', 21, 44, 0, 3000, 0, '{4,9}'),
  ('INF9E5K01AK9', 'XXXXXX2038', 'purchase_sip', 8, 26, 0, 5000, 0, '{}'),
  ('INF9E5K01AL7', 'XXXXXX2038', 'purchase_sip', 25, 22, 0, 2500, 0, '{6}'),
  ('INF9F6K01AM2', 'XXXXX5571', 'purchase', 11, 67, 67, 180000, 0, '{}'),
  ('INF9F6K01AN0', 'XXXXX5571', 'purchase', 28, 63, 63, 240000, 0, '{}'),
  ('INF9F6K01AP5', 'XXXXX5571', 'purchase', 16, 29, 29, 150000, 0, '{}')
) as p (isin, masked, kind, day, first, last, amount, step_up, missed);

create temporary table bought on commit drop as
select h.id as user_id, f.id as folio_id, p.isin, p.kind, n.nav_date, n.nav, n.created_at, due,
       round(p.amount * (1 + p.step_up) ^ ((p.first - ago) / 12), -2) as gross
from household h
cross join plan p
join public.folios f on f.user_id = h.id and f.number_masked = p.masked
cross join lateral generate_series(p.last, p.first) ago
cross join lateral (select (date_trunc('month', now()) - make_interval(months => ago))::date + p.day - 1 as due) d
cross join lateral (
  select x.* from public.navs x where x.isin = p.isin and x.nav_date >= due order by x.nav_date limit 1) n
where not extract(month from due)::integer = any (p.missed);

insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key, created_at)
select user_id, folio_id, isin, nav_date, kind, gross, round(gross / nav, 3), nav, concat_ws(':', isin, kind, due), created_at
from bought;
-- A payout each spring, and a third of one debt fund sold for a car.
insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, source_key, created_at)
select user_id, folio_id, isin, (due + make_interval(years => year))::date, 'dividend_payout', 9000 + 750 * year,
       concat_ws(':', isin, 'payout', year), due + make_interval(years => year)
from bought, generate_series(1, 5) year where isin = 'INF9F6K01AM2';
insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key, created_at)
select b.user_id, b.folio_id, b.isin, n.nav_date, 'redemption', round(b.gross / 3 / b.nav, 3) * n.nav,
       round(b.gross / 3 / b.nav, 3), n.nav, 'redemption', n.created_at
from bought b cross join lateral (
  select x.* from public.navs x where x.isin = b.isin and x.nav_date >= b.due + 900 order by x.nav_date limit 1) n
where b.isin = 'INF9C3K01AE9';

-- One goal is near and partly in equity, one is far; the flexi-cap and the index fund are for two goals each.
create temporary table goal on commit drop as select gen_random_uuid() as id, g.* from (values
  ('Emergency fund', 600000, 10, 0.06, 0, 0, 1),
  ('Down payment for the flat in Coimbatore', 2500000, 27, 0.08, 20000, 0, 2),
  ('Tara’s engineering degree', 4500000, 92, 0.11, 24000, 0.10, 3),
  ('Retirement', 60000000, 246, 0.11, 18000, 0.08, 4)
) as g (name, target, months, rate, monthly, step_up, priority);
insert into public.investor_goals (id, user_id, name, target_amount, target_date, annual_rate, annual_step_up, monthly_amount, priority)
select g.id, h.id, g.name, g.target, (date_trunc('month', now()) + make_interval(months => g.months))::date,
       g.rate, g.step_up, g.monthly, g.priority
from goal g, household h;
insert into public.investor_goal_schemes (goal_id, user_id, isin, share)
select g.id, h.id, s.isin, s.share from household h, (values
  (1, 'INF9C3K01AF6', 1), (1, 'INF9C3K01AE9', 1), (2, 'INF9B2K01AR4', 1), (2, 'INF9B2K01AC6', 0.5),
  (2, 'INF9F6K01AN0', 1), (2, 'INF9C3K01AQ3', 1), (3, 'INF9A1K01AA3', 0.5), (3, 'INF9A1K01AB1', 1), (3, 'INF9E5K01AK9', 1),
  (4, 'INF9A1K01AA3', 0.5), (4, 'INF9A1K01AJ4', 1), (4, 'INF9B2K01AC6', 0.5), (4, 'INF9B2K01AD4', 1), (4, 'INF9D4K01AH9', 1)
) as s (goal, isin, share) join goal g on g.priority = s.goal;

insert into public.target_allocations (user_id, dimension, name, share)
select h.id, 'asset_class', t.name, t.share
from household h, (values ('equity', 0.55), ('debt', 0.30), ('hybrid', 0.10), ('gold', 0.05)) as t (name, share);
