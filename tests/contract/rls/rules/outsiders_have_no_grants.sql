-- Everyone at once, anon and service_role hold nothing in our schemas, now or by default for what comes later;
-- nobody but the owner may truncate, refer to, put triggers on or maintain a table, use a sequence or create.
with granted as (
  select c.oid::regclass::text as object, acl.* from pg_catalog.pg_class c,
    pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))) acl
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and acl.grantee <> c.relowner
  union all
  select format('%s.%I', a.attrelid::regclass, a.attname), acl.* from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid, pg_catalog.aclexplode(a.attacl) acl
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and acl.grantee <> c.relowner
  union all
  select p.oid::regprocedure::text, acl.* from pg_catalog.pg_proc p,
    pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) acl
  where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and acl.grantee <> p.proowner
  union all
  select format('schema %s', n.nspname), acl.* from pg_catalog.pg_namespace n,
    pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) acl
  where n.nspname in ('public', 'private') and acl.grantee <> n.nspowner
    and not (n.nspname = 'public' and acl.privilege_type = 'USAGE')
  union all
  select format('what comes later in %s', coalesce(d.defaclnamespace::regnamespace::text, 'any schema')), acl.*
  from pg_catalog.pg_default_acl d, pg_catalog.aclexplode(d.defaclacl) acl
  where d.defaclnamespace in (0, 'public'::regnamespace, 'private'::regnamespace) and acl.grantee <> d.defaclrole
), named as (
  select g.object, g.privilege_type, g.is_grantable,
         case g.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(g.grantee)::text end as grantee
  from granted g
)
select format('%s: %s has %s', object, grantee, privilege_type) as fault
from named
where grantee not in ('authenticated', 'aicoach_engine', 'aicoach_jobs', 'aicoach_observer')
   or privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'EXECUTE', 'USAGE')
   or (privilege_type = 'USAGE' and (object <> 'schema private' or grantee = 'authenticated'))
   or is_grantable
   or object like 'what comes later%'
