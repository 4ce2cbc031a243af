-- Takes back what Supabase Lite grants on its first request: everything, to the three API roles, now and for
-- tables to come. The grants files of the migrations are applied again right after this.
do $$
declare
  s name;
begin
  for s in select distinct n.nspname from pg_catalog.pg_class c
           join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relrowsecurity loop
    execute format('revoke all on all tables in schema %I from anon, authenticated, service_role', s);
    execute format('revoke all on all sequences in schema %I from anon, authenticated, service_role', s);
    execute format('alter default privileges in schema %I revoke all on tables from anon, authenticated, service_role', s);
    execute format('alter default privileges in schema %I revoke all on sequences from anon, authenticated, service_role', s);
  end loop;
end
$$;
