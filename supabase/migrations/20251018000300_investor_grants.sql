-- Who may touch the investor's tables. Idempotent: it may be run again at any time, and is, where a gateway re-grants.

revoke all on public.schemes, public.navs, public.benchmark_values, public.folios, public.transactions,
  public.investor_goals, public.investor_goal_schemes, public.target_allocations,
  public.current_portfolio, public.goals, public.goal_schemes
  from public, anon, authenticated, service_role, aicoach_engine, aicoach_jobs, aicoach_service;

grant select on public.schemes, public.navs, public.benchmark_values, public.folios, public.transactions,
  public.investor_goals, public.investor_goal_schemes, public.target_allocations,
  public.current_portfolio, public.goals, public.goal_schemes to authenticated, aicoach_engine;
grant insert, update, delete on public.folios, public.transactions, public.investor_goals,
  public.investor_goal_schemes, public.target_allocations to aicoach_engine;

grant select, insert on public.schemes, public.navs, public.benchmark_values to aicoach_jobs;
grant update (amfi_code, name, amc, category, asset_class, plan, option, benchmark, updated_at)
  on public.schemes to aicoach_jobs;
