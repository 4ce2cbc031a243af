-- Gives one person cards of 45 earlier days: more than two screenfuls of history. In: email.
insert into public.ai_sessions (user_id, scope_id, coach, status)
select u.id, u.id, 'goals', 'completed' from auth.users u where u.email = :'email';

insert into public.ai_insights
  (session_id, user_id, scope_id, coach, task_key, kind, severity, topic_key, title, body_md, data, source, created_at)
select s.id, s.user_id, s.scope_id, s.coach, 'earlier', 'contributors', 'info', 'performance:day-' || day,
       'Card ' || day, 'What was said on day ' || day || '.', '{}', 'template', now() - make_interval(days => day)
from public.ai_sessions s join auth.users u on u.id = s.user_id, generate_series(1, 45) day where u.email = :'email';
