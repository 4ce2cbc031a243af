-- :people who hold one fund, were looked at yesterday, and were told what their portfolio is worth. Then a new price.
create temporary table person as
select ('be4c0000-0000-0000-0001-' || lpad(to_hex(n), 12, '0'))::uuid as id, n from generate_series(1, :people) n;
create temporary table moment as
select now() - interval '1 day' as looked, (select max(nav_date) from public.navs where isin = 'INFBENCH0006') as day;
create temporary table fund as
select v.nav, v.nav_date from public.navs v, moment m where v.isin = 'INFBENCH0006' and v.nav_date = m.day;

insert into public.folios (id, user_id, amc, number_hash, number_masked)
select id, id, 'Bench Mutual Fund', 'crowd' || n, 'XXXX' from person;
insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key, created_at)
select p.id, p.id, 'INFBENCH0006', current_date - 400, 'purchase_sip', 10000, 100, 100, 'crowd:' || k,
       now() - interval '400 days'
from person p, generate_series(1, 12) k;
insert into public.ai_sessions (id, user_id, scope_id, coach, trigger, status, as_of, finished_at, created_at)
select p.id, p.id, p.id, 'goals', 'daily', 'completed', m.looked, m.looked, m.looked from person p, moment m;
insert into public.ai_topic_ledger (scope_id, coach, topic_key, user_id, session_id, trigger_values, last_seen_at)
select p.id, 'goals', 'performance:portfolio', p.id, p.id,
       jsonb_build_object('value', (1200 * f.nav)::text), m.looked
from person p, moment m, fund f;

-- One per cent more, while five would be worth a word; known only since.
insert into public.navs (isin, nav_date, nav) select 'INFBENCH0006', f.nav_date, round(f.nav * 1.01, 4) from fund f;
