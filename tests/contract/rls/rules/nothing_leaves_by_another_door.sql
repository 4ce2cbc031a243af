-- No publication (Realtime) carries our tables, and no rewrite rule or trigger on them was forgotten.
select format('%s: is published by %s', p.schemaname || '.' || p.tablename, p.pubname) as fault
from pg_catalog.pg_publication_tables p where p.schemaname in ('public', 'private')
union all
select format('%s: has a rewrite rule', r.ev_class::regclass)
from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and r.rulename <> '_RETURN'
union all
select format('%s: trigger %s calls %s, which is not in private', t.tgrelid::regclass, t.tgname, p.oid::regprocedure)
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid
join pg_catalog.pg_proc p on p.oid = t.tgfoid
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not t.tgisinternal
  and p.pronamespace <> 'private'::regnamespace
