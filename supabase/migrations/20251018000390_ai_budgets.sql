-- Token budgets: an upper bound is reserved before a model is asked, settled after, and released when a run ends.

/** Tokens reserved or spent in a day (UTC), by scope and for everyone ('*'): one row to lock, none to sum. */
create table private.token_counters (
  key text not null,
  day date not null,
  tokens bigint not null default 0 check (tokens >= 0),
  primary key (key, day)
);
alter table private.token_counters enable row level security;
alter table private.token_counters force row level security;
create policy "The engine can read token counters" on private.token_counters
  for select to aicoach_engine using (true);
create policy "The engine can open token counters" on private.token_counters
  for insert to aicoach_engine with check (true);
create policy "The engine can move token counters" on private.token_counters
  for update to aicoach_engine using (true) with check (true);

/** Adds to a counter unless that would pass its limit (null: none). True when it was added. */
create function private.count_tokens(counter text, on_day date, tokens bigint, up_to bigint) returns boolean
  language plpgsql volatile set search_path = '' as $$
begin
  insert into private.token_counters as c (key, day) values (counter, on_day) on conflict do nothing;
  update private.token_counters c set tokens = greatest(c.tokens + count_tokens.tokens, 0)
  where c.key = counter and c.day = on_day and (up_to is null or c.tokens + count_tokens.tokens <= up_to);
  return found;
end
$$;

/** Gives back what a session reserved and did not use. Called under the session's row lock. */
create function private.release_tokens(of_session uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  u public.ai_usage;
begin
  for u in
    update public.ai_usage x set state = 'released'
    where x.session_id = of_session and x.state = 'reserved' returning x.*
  loop
    perform private.count_tokens(u.scope_id::text, u.day, -u.reserved, null);
    perform private.count_tokens('*', u.day, -u.reserved, null);
  end loop;
end
$$;
