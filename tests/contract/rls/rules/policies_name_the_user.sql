-- A policy on people's rows compares user_id with (select auth.uid()), evaluated once per query.
-- Only what aicoach_jobs and aicoach_observer may see is chosen otherwise.
select format('%s, policy "%s": %s is %s', p.polrelid::regclass, p.polname, side.name, side.expression) as fault
from pg_catalog.pg_policy p
cross join lateral (values
  ('using', p.polcmd <> 'a', pg_catalog.pg_get_expr(p.polqual, p.polrelid)),
  ('with check', p.polcmd in ('a', 'w', '*'), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
) side(name, needed, expression)
where side.needed
  and exists (select from pg_catalog.pg_attribute a
              where a.attrelid = p.polrelid and a.attname = 'user_id' and not a.attisdropped)
  and not p.polroles <@ array['aicoach_jobs'::regrole::oid, 'aicoach_observer'::regrole::oid]
  and side.expression is distinct from '(( SELECT auth.uid() AS uid) = user_id)'
