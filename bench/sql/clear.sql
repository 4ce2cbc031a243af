-- The bench's people, whole; the market goes as well, so that its days end yesterday again.
delete from public.ai_topic_ledger where user_id::text like 'be4c0000-%';
delete from public.ai_sessions where user_id::text like 'be4c0000-%';
delete from public.folios where user_id::text like 'be4c0000-%';
delete from public.investor_goals where user_id::text like 'be4c0000-%';
delete from public.target_allocations where user_id::text like 'be4c0000-%';
delete from public.navs where isin like 'INFBENCH%';
delete from public.benchmark_values where benchmark = 'Bench 500 TRI';
