-- A policy is for one action and for named roles of ours; a role has one policy per action and table.
select format('%s, policy "%s": %s', p.polrelid::regclass, p.polname, f.fault) as fault
from pg_catalog.pg_policy p
cross join lateral (values
  (p.polcmd = '*', 'is for all actions'),
  (not p.polpermissive, 'is restrictive: say what is allowed instead'),
  (exists (select from unnest(p.polroles) r(oid) left join pg_catalog.pg_roles named on named.oid = r.oid
           where coalesce(named.rolname, 'public') not in ('authenticated', 'aicoach_engine', 'aicoach_jobs', 'aicoach_observer')),
   'is for public, anon or a role that is not ours'),
  (exists (select from pg_catalog.pg_policy other
           where other.polrelid = p.polrelid and other.polcmd = p.polcmd and other.oid <> p.oid
             and other.polroles && p.polroles), 'a role has another policy for the same action')
) f(broken, fault)
where f.broken
