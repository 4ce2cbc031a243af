-- A view reads with the rights of whoever asks.
select format('%s: is not security_invoker', c.oid::regclass) as fault
from pg_catalog.pg_class c
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind = 'v'
  and not coalesce('security_invoker=true' = any (c.reloptions) or 'security_invoker=on' = any (c.reloptions), false)
