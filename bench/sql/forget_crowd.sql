-- The crowd again, portfolios included.
delete from public.ai_topic_ledger where user_id::text like 'be4c0000-0000-0000-0001-%';
delete from public.ai_sessions where user_id::text like 'be4c0000-0000-0000-0001-%';
delete from public.transactions where user_id::text like 'be4c0000-0000-0000-0001-%';
delete from public.folios where user_id::text like 'be4c0000-0000-0000-0001-%';
