-- Deleting everything of a person's takes their token counters along: a counter's key is their id.

/** A scope that is not a person stays counted, and so does the day: a budget of others is not theirs to reset. */
create policy "The engine can delete token counters of its user" on private.token_counters
  for delete to aicoach_engine using (key = (select auth.uid())::text);

/** Deletes every row of the caller's, and what their tokens were counted by; how many rows, by table. A run under way
    finds nothing to write to and ends. */
create or replace function public.ai_delete_me(p jsonb) returns jsonb
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
  delete from private.token_counters c where c.key = me::text;
  return jsonb_build_object('deleted', counts);
end
$$;
