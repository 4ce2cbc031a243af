-- A unique key without user_id tells its writer that a stranger has the same value. Allowed are ids that the
-- database gives out itself, and keys by scope: whose scope it is, the service decides.
select format('%s: unique without user_id', i.indexrelid::regclass) as fault
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid and c.relkind in ('r', 'p')
join pg_catalog.pg_attribute owner on owner.attrelid = c.oid and owner.attname = 'user_id' and not owner.attisdropped
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and i.indisunique
  and not owner.attnum = any (i.indkey)
  and not exists (select from pg_catalog.pg_attribute a
                  where a.attrelid = c.oid and a.attnum = any (i.indkey)
                    and (a.attname = 'scope_id' or a.attname = 'id' and (a.atthasdef or a.attidentity <> '')))
