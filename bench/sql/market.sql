-- An invented market for the bench: six schemes and an index, priced on every business day of five years.
insert into public.schemes (isin, amfi_code, name, amc, category, asset_class, plan, option, benchmark)
select 'INFBENCH000' || s, '99000' || s, 'Bench Fund ' || chr(64 + s) || ' - Direct Plan - Growth', 'Bench Mutual Fund',
       case when s <= 4 then 'Flexi Cap' else 'Short Duration' end, case when s <= 4 then 'equity' else 'debt' end,
       'direct', 'growth', 'Bench 500 TRI'
from generate_series(1, 6) s
on conflict do nothing;

insert into public.navs (isin, nav_date, nav, created_at)
select 'INFBENCH000' || s, d::date, round((20 * s * exp(0.0003 * n + 0.02 * sin(n / 17.0 + s)))::numeric, 4), d
from generate_series(1, 6) s,
     generate_series(current_date - 1900, current_date - 1, interval '1 day') with ordinality as day (d, n)
where extract(isodow from d) < 6
on conflict do nothing;

insert into public.benchmark_values (benchmark, value_date, value, created_at)
select 'Bench 500 TRI', d::date, round((10000 * exp(0.00028 * n))::numeric, 2), d
from generate_series(current_date - 1900, current_date - 1, interval '1 day') with ordinality as day (d, n)
where extract(isodow from d) < 6
on conflict do nothing;
