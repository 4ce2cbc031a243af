-- Foreign keys ignore policies: one that joins people's rows carries user_id on both sides, so that nobody can
-- hang a row on a stranger's, or learn from the attempt that it exists.
select format('%s, %s: refers to %s without user_id', k.conrelid::regclass, k.conname, k.confrelid::regclass) as fault
from pg_catalog.pg_constraint k
join pg_catalog.pg_attribute here on here.attrelid = k.conrelid and here.attname = 'user_id' and not here.attisdropped
join pg_catalog.pg_attribute there on there.attrelid = k.confrelid and there.attname = 'user_id' and not there.attisdropped
where k.contype = 'f' and k.connamespace in ('public'::regnamespace, 'private'::regnamespace)
  and not exists (select from unnest(k.conkey, k.confkey) pair(mine, theirs)
                  where pair.mine = here.attnum and pair.theirs = there.attnum)
union all
-- A table that hangs on people's rows is people's rows itself.
select format('%s, %s: refers to people''s rows and has no user_id', k.conrelid::regclass, k.conname)
from pg_catalog.pg_constraint k
join pg_catalog.pg_attribute there on there.attrelid = k.confrelid and there.attname = 'user_id' and not there.attisdropped
where k.contype = 'f' and k.connamespace in ('public'::regnamespace, 'private'::regnamespace)
  and not exists (select from pg_catalog.pg_attribute here
                  where here.attrelid = k.conrelid and here.attname = 'user_id' and not here.attisdropped)
