-- Everything that runs left behind for the bench's people, so that each wave starts alike.
create temporary table mine as select id from public.ai_sessions where user_id::text like 'be4c0000-%';
delete from public.ai_topic_ledger where user_id::text like 'be4c0000-%';
delete from public.ai_events where session_id in (select id from mine);
delete from public.ai_sessions where id in (select id from mine);
