-- A person's data is theirs: everything in one file, or everything gone. Whatever table is added later is included.

/** Tables that hold rows of a person, in name order. */
create function private.personal_tables() returns setof name
  language sql stable set search_path = '' as $$
  select c.relname from pg_catalog.pg_class c
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  order by c.relname
$$;

/** A row with its numbers as text, so that no reader rounds them. */
create function private.exact(row_json jsonb) returns jsonb
  language sql immutable set search_path = '' as $$
  select jsonb_object_agg(key, case when jsonb_typeof(value) = 'number' then to_jsonb(value #>> '{}') else value end)
  from jsonb_each(row_json)
$$;

/** Every row of the caller's, by table. */
create function public.ai_export(p jsonb) returns jsonb
  language plpgsql stable security invoker set search_path = '' as $$
declare
  me uuid := private.me();
  tables jsonb := '{}';
  rows_of jsonb;
  t name;
begin
  for t in select * from private.personal_tables() loop
    execute format('select coalesce(jsonb_agg(private.exact(to_jsonb(x))), ''[]'') from public.%I x where x.user_id = $1', t)
      into rows_of using me;
    tables := tables || jsonb_build_object(t, rows_of);
  end loop;
  return jsonb_build_object('user_id', me, 'exported_at', private.iso(now()), 'tables', tables);
end
$$;

/** Deletes every row of the caller's; how many, by table. A run under way finds nothing to write to and ends. */
create function public.ai_delete_me(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  me uuid := private.me();
  counts jsonb := '{}';
  gone bigint;
  t name;
begin
  -- Counted first: deleting a session takes its events and cards along.
  for t in select * from private.personal_tables() loop
    execute format('select count(*) from public.%I x where x.user_id = $1', t) into gone using me;
    counts := counts || jsonb_build_object(t, gone);
  end loop;
  for t in select * from private.personal_tables() loop
    execute format('delete from public.%I x where x.user_id = $1', t) using me;
  end loop;
  return jsonb_build_object('deleted', counts);
end
$$;
