-- The engine ends runs, and with them what they left unsettled. Idempotent.

revoke all on function private.charge_unsettled(uuid) from public, anon, authenticated, service_role;
grant execute on function private.charge_unsettled(uuid) to aicoach_engine;
