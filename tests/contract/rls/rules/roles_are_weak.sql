-- No role that serves a request is a superuser, bypasses row level security, makes roles or databases, owns
-- anything, or inherits; the pool's login can become the engine and jobs, and nobody else can but the gateway.
-- The observer owns its one question, and nobody can become it.
with ours as (
  select * from pg_catalog.pg_roles where rolname like 'aicoach\_%' or rolname in ('anon', 'authenticated')
), member as (
  select m.roleid::regrole::text as role, m.member::regrole::text as member, m.admin_option, m.inherit_option
  from pg_catalog.pg_auth_members m
)
select format('%s: %s', r.rolname, f.fault) as fault
from ours r
cross join lateral (values
  (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication, 'is too strong'),
  (r.rolinherit, 'inherits what it should have to ask for'),
  (r.rolcanlogin <> (r.rolname = 'aicoach_service'), 'only aicoach_service logs in'),
  (exists (select from pg_catalog.pg_shdepend d
           where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
             and not (r.rolname = 'aicoach_observer' and d.classid = 'pg_proc'::regclass
                      and d.objid = 'public.ai_due_goals(jsonb)'::regprocedure)), 'owns something'),
  (r.rolname not in ('aicoach_engine', 'aicoach_jobs', 'aicoach_observer', 'aicoach_service', 'anon', 'authenticated'), 'is unknown')
) f(broken, fault)
where f.broken
union all
select format('%s: is a member of %s', member, role) from member
where (member like 'aicoach\_%' or member in ('anon', 'authenticated') or role like 'aicoach\_%')
  and (member not in ('aicoach_service', 'authenticator') or role not in ('aicoach_engine', 'aicoach_jobs')
       or admin_option or inherit_option)
  and not (member = 'authenticator' and role not like 'aicoach\_%')
union all
select format('aicoach_service: is no member of %s', want.role)
from (values ('aicoach_engine'), ('aicoach_jobs')) want(role)
where not exists (select from member m where m.member = 'aicoach_service' and m.role = want.role)
