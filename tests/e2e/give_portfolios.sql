-- Gives everyone who has no folio a copy of one person's portfolio, with ids of their own. In: example (user id).
create temporary table newcomer on commit drop as
select id from auth.users u where not exists (select from public.folios f where f.user_id = u.id);

create function pg_temp.own(newcomer uuid, original uuid) returns uuid
  language sql immutable as $$ select md5(newcomer::text || original::text)::uuid $$;

insert into public.folios
select (jsonb_populate_record(f, jsonb_build_object('user_id', n.id, 'id', pg_temp.own(n.id, f.id)))).*
from newcomer n, public.folios f where f.user_id = :'example';

insert into public.transactions
select (jsonb_populate_record(t, jsonb_build_object(
  'user_id', n.id, 'id', pg_temp.own(n.id, t.id), 'folio_id', pg_temp.own(n.id, t.folio_id)))).*
from newcomer n, public.transactions t where t.user_id = :'example';

insert into public.investor_goals
select (jsonb_populate_record(g, jsonb_build_object('user_id', n.id, 'id', pg_temp.own(n.id, g.id)))).*
from newcomer n, public.investor_goals g where g.user_id = :'example';

insert into public.investor_goal_schemes
select (jsonb_populate_record(s, jsonb_build_object('user_id', n.id, 'goal_id', pg_temp.own(n.id, s.goal_id)))).*
from newcomer n, public.investor_goal_schemes s where s.user_id = :'example';

insert into public.target_allocations
select (jsonb_populate_record(a, jsonb_build_object('user_id', n.id))).*
from newcomer n, public.target_allocations a where a.user_id = :'example';
