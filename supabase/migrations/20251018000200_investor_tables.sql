-- What the goals coach looks at: the market (schemes, NAVs, benchmarks) and, per person, folios, transactions,
-- goals and targets. Constraints keep identity and ownership; they do not forbid odd amounts or future dates,
-- because statements contain them: the coach meets them and says so. Grants follow in the next file.

create table public.schemes (
  isin text primary key,
  amfi_code text,
  name text not null,
  amc text not null,
  category text,
  asset_class text,
  plan text,
  option text,
  benchmark text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.schemes is 'Mutual-fund schemes: one row per plan and option, as the ISIN is';
create index schemes_by_amfi_code on public.schemes (amfi_code);

create table public.navs (
  isin text not null references public.schemes (isin),
  nav_date date not null,
  nav numeric not null,
  created_at timestamptz not null default now(),
  primary key (isin, nav_date, created_at)
);
comment on table public.navs is
  'A correction is a new row: what was known at a moment stays known, so a resumed run sees what it saw before';

create table public.benchmark_values (
  benchmark text not null,
  value_date date not null,
  value numeric not null,
  created_at timestamptz not null default now(),
  primary key (benchmark, value_date, created_at)
);
comment on table public.benchmark_values is 'Total-return index values; a correction is a new row, as for navs';

create table public.folios (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  amc text not null,
  number_hash text not null,
  number_masked text not null,
  created_at timestamptz not null default now(),
  unique (id, user_id),
  unique (user_id, amc, number_hash)
);
comment on table public.folios is 'A folio number is personal data and unique per AMC only: kept as a keyed hash and masked';

create table public.transactions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  folio_id uuid not null,
  isin text not null,
  tx_date date not null,
  kind text not null check (kind in (
    'purchase', 'purchase_sip', 'redemption', 'switch_in', 'switch_in_merger', 'switch_out', 'switch_out_merger',
    'dividend_payout', 'dividend_reinvest', 'stamp_duty_tax', 'stt_tax', 'tds_tax', 'segregation',
    'gift_in', 'gift_out', 'reversal', 'misc', 'unknown')),
  amount numeric,
  units numeric,
  nav numeric,
  source_key text not null,
  created_at timestamptz not null default now(),
  unique (user_id, source_key),
  foreign key (folio_id, user_id) references public.folios (id, user_id) on delete cascade
);
comment on column public.transactions.kind is
  'Says which way money and units go; amount (rupees) and units are magnitudes. A reversal takes a purchase back';
comment on column public.transactions.isin is
  'Refers to schemes.isin without a foreign key: a statement may name a scheme before the market feed knows it';
comment on column public.transactions.source_key is
  'Identifies the line of the statement it came from: importing the same statement twice adds nothing';
create index transactions_by_user on public.transactions (user_id, tx_date);
create index transactions_by_folio on public.transactions (folio_id, user_id);

create table public.investor_goals (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  name text not null,
  target_amount numeric not null,
  target_date date not null,
  annual_rate numeric,
  annual_step_up numeric not null default 0,
  monthly_amount numeric,
  updated_at timestamptz not null default now(),
  priority integer not null default 1,
  annual_volatility numeric,
  created_at timestamptz not null default now(),
  unique (id, user_id)
);
comment on column public.investor_goals.priority is 'The person''s own order: lower numbers come first';
comment on column public.investor_goals.annual_volatility is
  'Standard deviation of a year''s return, as a fraction, that the person assumes; null: by the asset classes held';
comment on column public.investor_goals.annual_rate is
  'The growth that the person assumes, as a nominal fraction a year (0.1 = 10 %); the coach sets none';
comment on column public.investor_goals.annual_step_up is 'Fraction by which the monthly amount rises each year';
create index investor_goals_by_user on public.investor_goals (user_id);

create table public.investor_goal_schemes (
  goal_id uuid not null,
  user_id uuid not null,
  isin text not null,
  share numeric not null default 1,
  created_at timestamptz not null default now(),
  primary key (user_id, goal_id, isin),
  foreign key (goal_id, user_id) references public.investor_goals (id, user_id) on delete cascade
);
comment on column public.investor_goal_schemes.share is 'Fraction of the holding that the person sets aside for the goal';
create index investor_goal_schemes_by_goal on public.investor_goal_schemes (goal_id, user_id);

create table public.target_allocations (
  user_id uuid not null,
  dimension text not null check (dimension in ('asset_class', 'category')),
  name text not null,
  share numeric not null,
  created_at timestamptz not null default now(),
  primary key (user_id, dimension, name)
);
comment on table public.target_allocations is 'The mix that the person chose, as fractions of the whole';

/** A person's rows: read by the person and by the engine acting for them, written by that engine alone. */
do $$
declare
  t text;
begin
  foreach t in array array['folios', 'transactions', 'investor_goals', 'investor_goal_schemes',
                           'target_allocations'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('create policy "People and their engine can read their own rows" on public.%I '
      'for select to authenticated, aicoach_engine using ((select auth.uid()) = user_id)', t);
    execute format('create policy "The engine can add rows for its user" on public.%I '
      'for insert to aicoach_engine with check ((select auth.uid()) = user_id)', t);
    execute format('create policy "The engine can change rows of its user" on public.%I '
      'for update to aicoach_engine using ((select auth.uid()) = user_id) '
      'with check ((select auth.uid()) = user_id)', t);
    execute format('create policy "The engine can delete rows of its user" on public.%I '
      'for delete to aicoach_engine using ((select auth.uid()) = user_id)', t);
  end loop;
end
$$;

/** The market is everybody's to read and the jobs' to write. Prices are only ever added, and never back-dated. */
do $$
declare
  t text;
begin
  foreach t in array array['schemes', 'navs', 'benchmark_values'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('create policy "Everybody signed in can read the market" on public.%I '
      'for select to authenticated, aicoach_engine, aicoach_jobs using (true)', t);
    execute format('create policy "Jobs can add to the market what is known now" on public.%I '
      'for insert to aicoach_jobs with check (created_at = now())', t);
  end loop;
end
$$;
create policy "Jobs can bring schemes up to date" on public.schemes
  for update to aicoach_jobs using (updated_at <= now()) with check (updated_at = now());

/** What is held today, at the latest NAV. Rows that the coach would set aside do not count here either. */
create view public.current_portfolio with (security_invoker = true) as
select held.user_id, held.isin, s.name, s.amc, s.category, s.asset_class, s.plan, held.units,
       n.nav, n.nav_date, round(held.units * n.nav, 2) as value
from (
  select t.user_id, t.isin, sum(case
      when t.kind in ('purchase', 'purchase_sip', 'switch_in', 'switch_in_merger', 'gift_in',
                      'dividend_reinvest', 'segregation') then t.units
      when t.kind in ('redemption', 'switch_out', 'switch_out_merger', 'gift_out', 'reversal') then -t.units
      else 0 end) as units
  from public.transactions t
  where t.units > 0 and t.units < 'Infinity' and t.tx_date <= (now() at time zone 'Asia/Kolkata')::date
    and (t.amount > 0 and t.amount < 'Infinity' or t.kind in ('dividend_reinvest', 'segregation'))
  group by t.user_id, t.isin
) held
left join public.schemes s on s.isin = held.isin
left join lateral (
  select x.nav, x.nav_date from public.navs x
  where x.isin = held.isin and x.nav_date <= (now() at time zone 'Asia/Kolkata')::date
  order by x.nav_date desc, x.created_at desc limit 1
) n on true
where held.units <> 0;

create view public.goals with (security_invoker = true) as
select id, user_id, name, target_amount, target_date, annual_rate, annual_step_up, monthly_amount, created_at,
       priority, annual_volatility
from public.investor_goals;

create view public.goal_schemes with (security_invoker = true) as
select g.goal_id, g.user_id, g.isin, s.name as scheme_name, g.share
from public.investor_goal_schemes g
left join public.schemes s on s.isin = g.isin;
