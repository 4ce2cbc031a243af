-- :people investors, each with 300 transactions (60 instalments in five schemes), two goals and a chosen mix.
create temporary table investor as
select ('be4c0000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid as id, n from generate_series(1, :people) n;

insert into public.folios (id, user_id, amc, number_hash, number_masked)
select id, id, 'Bench Mutual Fund', 'bench' || n, 'XXXX' from investor;

create temporary table instalment as
select s, m, n.isin, n.nav_date, n.nav, n.created_at
from generate_series(1, 5) s, generate_series(1, 60) m
cross join lateral (select x.* from public.navs x where x.isin = 'INFBENCH000' || s
                    and x.nav_date >= current_date - 30 * m - s order by x.nav_date limit 1) n;

insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key, created_at)
select i.id, i.id, v.isin, v.nav_date, 'purchase_sip', 5000 + 100 * s, round((5000 + 100 * s) / v.nav, 3), v.nav,
       'bench:' || s || ':' || m, v.created_at
from investor i cross join instalment v;

insert into public.investor_goals (id, user_id, name, target_amount, target_date, annual_rate, annual_step_up,
                                   monthly_amount, created_at)
select md5(i.id::text || g)::uuid, i.id, 'Goal ' || g, 2000000 * g, current_date + 1500 * g, 0.1, 0.05, 15000,
       current_date - 1000
from investor i, generate_series(1, 2) g;

insert into public.investor_goal_schemes (goal_id, user_id, isin, share, created_at)
select md5(i.id::text || g)::uuid, i.id, 'INFBENCH000' || (g + k), 1, current_date - 1000
from investor i, generate_series(1, 2) g, generate_series(0, 1) k;

insert into public.target_allocations (user_id, dimension, name, share, created_at)
select i.id, 'asset_class', t.name, t.share, current_date - 1000
from investor i, (values ('equity', 0.7), ('debt', 0.3)) t (name, share);
