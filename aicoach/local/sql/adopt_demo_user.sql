-- Gives a demo user the id that supabase/seed.sql knows, keeping the password that sign-up stored.
-- Sign-up gives out a random id, and its foreign keys refuse to follow a change of it; so the row is made anew.
with gone as (
  delete from auth.users where email = :'demo_email' and id <> :'demo_id'::uuid returning *
)
insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at,
                        raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select :'demo_id'::uuid, aud, role, null, encrypted_password, now(), raw_app_meta_data,
       replace(raw_user_meta_data::text, id::text, :'demo_id')::jsonb, now(), now()
from gone
on conflict (id) do update set
  aud = excluded.aud, role = excluded.role, encrypted_password = excluded.encrypted_password,
  raw_app_meta_data = excluded.raw_app_meta_data, raw_user_meta_data = excluded.raw_user_meta_data;

-- Without sign-up (a stack of database and queue only) the user exists all the same, and cannot log in.
insert into auth.users (id, email_confirmed_at) values (:'demo_id'::uuid, now()) on conflict (id) do nothing;
update auth.users set email = :'demo_email' where id = :'demo_id'::uuid and email is distinct from :'demo_email';

select coalesce(to_regclass('auth.identities')::text, '') <> '' as has_identities \gset
\if :has_identities
insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at, updated_at)
select gen_random_uuid(), 'email', :'demo_id', u.id, u.raw_user_meta_data, now(), now()
from auth.users u
where u.id = :'demo_id'::uuid and u.encrypted_password is not null
  and not exists (select from auth.identities i where i.user_id = u.id);
\endif
