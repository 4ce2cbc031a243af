-- Every engine table has user_id and scope_id; wherever these columns are, they are uuid and never null.
select format('%s.%s: %s', c.oid::regclass, want.name,
              case when a.attname is null then 'is missing' else 'must be uuid not null' end) as fault
from pg_catalog.pg_class c
cross join (values ('user_id'), ('scope_id')) want(name)
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = want.name and not a.attisdropped
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
  and case when a.attname is null then c.relname like 'ai\_%'
           else not a.attnotnull or a.atttypid <> 'uuid'::regtype end
