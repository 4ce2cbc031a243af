-- Every table has row level security enabled and forced, and a policy that says who may pass.
select format('%s: %s', c.oid::regclass, fault) as fault
from pg_catalog.pg_class c
cross join lateral (values
  (not c.relrowsecurity, 'row level security is not enabled'),
  (not c.relforcerowsecurity, 'row level security is not forced'),
  (not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid), 'has no policy'),
  (c.relkind in ('m', 'f'), 'row level security cannot hold for this kind of relation')
) f(broken, fault)
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
  and c.relkind in ('r', 'p', 'm', 'f') and f.broken
