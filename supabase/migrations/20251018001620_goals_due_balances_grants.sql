-- The question who is due reads the units of balances, as it reads those of transactions. Idempotent.

grant select (user_id, isin, as_of, units, created_at) on public.balances to aicoach_observer;
