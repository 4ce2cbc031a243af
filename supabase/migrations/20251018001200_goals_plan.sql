-- What a person saves for is theirs to say: goals, which holdings serve them, and the mix they want.

/** The caller's goals, targets, and the holdings that can be set aside. Numbers are text. */
create function public.ai_get_goals_plan(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'goals', coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name,
        'target_amount', g.target_amount::text, 'target_date', g.target_date::text, 'annual_rate', g.annual_rate::text,
        'annual_step_up', g.annual_step_up::text, 'monthly_amount', g.monthly_amount::text,
        'priority', g.priority, 'annual_volatility', g.annual_volatility::text,
        'schemes', (select coalesce(jsonb_agg(jsonb_build_object('isin', m.isin, 'share', m.share::text) order by m.isin), '[]')
                    from public.investor_goal_schemes m where m.goal_id = g.id and m.user_id = g.user_id))
        order by g.priority, g.target_date, g.id) from public.investor_goals g where g.user_id = private.me()), '[]'),
    'targets', coalesce((select jsonb_agg(jsonb_build_object('dimension', t.dimension, 'name', t.name, 'share', t.share::text)
        order by t.dimension, t.name) from public.target_allocations t where t.user_id = private.me()), '[]'),
    'holdings', coalesce((select jsonb_agg(jsonb_build_object('isin', c.isin, 'name', c.name, 'value', c.value::text)
        order by c.value desc nulls last, c.isin) from public.current_portfolio c where c.user_id = private.me()), '[]'))
$$;

/** Makes the caller's plan what is given: goals are changed by id, added without one, and removed when absent.
    In: goals[{id?, name, target_amount, target_date, annual_rate?, annual_step_up, monthly_amount?,
    priority?, annual_volatility?, schemes[{isin, share}]}], targets[{dimension, name, share}]. PT404 for an id that is not the caller's. */
create function public.ai_put_goals_plan(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  g jsonb;
  goal uuid;
  kept uuid[] := '{}';
begin
  for g in select value from jsonb_array_elements(a -> 'goals') loop
    if g ->> 'id' is null then
      insert into public.investor_goals
        (user_id, name, target_amount, target_date, annual_rate, annual_step_up, monthly_amount, priority,
         annual_volatility)
      values (me, g ->> 'name', (g ->> 'target_amount')::numeric, (g ->> 'target_date')::date,
        (g ->> 'annual_rate')::numeric, coalesce((g ->> 'annual_step_up')::numeric, 0), (g ->> 'monthly_amount')::numeric,
        coalesce((g ->> 'priority')::integer, 1), (g ->> 'annual_volatility')::numeric)
      returning id into goal;
    else
      update public.investor_goals x
      set name = g ->> 'name', target_amount = (g ->> 'target_amount')::numeric,
          target_date = (g ->> 'target_date')::date, annual_rate = (g ->> 'annual_rate')::numeric,
          annual_step_up = coalesce((g ->> 'annual_step_up')::numeric, 0),
          monthly_amount = (g ->> 'monthly_amount')::numeric,
          priority = coalesce((g ->> 'priority')::integer, 1),
          annual_volatility = (g ->> 'annual_volatility')::numeric, updated_at = now()
      where x.id = (g ->> 'id')::uuid and x.user_id = me returning x.id into goal;
      if not found then
        raise sqlstate 'PT404' using message = 'not_found';
      end if;
    end if;
    kept := kept || goal;
    delete from public.investor_goal_schemes m where m.goal_id = goal and m.user_id = me;
    insert into public.investor_goal_schemes (goal_id, user_id, isin, share)
    select goal, me, s ->> 'isin', (s ->> 'share')::numeric from jsonb_array_elements(coalesce(g -> 'schemes', '[]')) s;
  end loop;
  delete from public.investor_goals x where x.user_id = me and x.id <> all (kept);
  delete from public.target_allocations t where t.user_id = me;
  insert into public.target_allocations (user_id, dimension, name, share)
  select me, t ->> 'dimension', t ->> 'name', (t ->> 'share')::numeric
  from jsonb_array_elements(coalesce(a -> 'targets', '[]')) t;
  return public.ai_get_goals_plan('{}');
end
$$;
