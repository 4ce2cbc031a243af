-- A function runs with its caller's rights and finds nothing by a search path. One question across users lends those
-- of its owner, who may read what it needs and nothing else (policy.toml), and whom nobody can become.
select format('%s: %s', p.oid::regprocedure, f.fault) as fault
from pg_catalog.pg_proc p
cross join lateral (values
  (p.prosecdef <> (p.oid = 'public.ai_due_goals(jsonb)'::regprocedure), 'lends rights, or fails to'),
  (p.prosecdef and p.proowner <> 'aicoach_observer'::regrole, 'lends rights of somebody who may do more'),
  (p.prosecdef and p.provolatile = 'v', 'lends rights and may write'),
  (p.proleakproof, 'is marked leakproof, so it may run before a policy'),
  (not coalesce('search_path=""' = any (p.proconfig), false), 'search_path is not empty'),
  (p.pronamespace = 'public'::regnamespace and (p.proargtypes <> '3802'::oidvector or p.prorettype <> 3802),
   'must take one jsonb and give one jsonb'),
  (exists (select from pg_catalog.pg_proc o
           where o.pronamespace = p.pronamespace and o.proname = p.proname and o.oid <> p.oid), 'is overloaded')
) f(broken, fault)
where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and f.broken
