-- A file laid over another one may tell the same transaction in other words: what is stored nearby says so.

/** Adds the transactions of a statement to the caller's own, each line once however often it is imported.
    In: transactions[{amc, folio_hash, folio_masked, isin, date, kind, amount, units, nav, source_key}], dry_run?,
    openings[{amc, folio_hash, isin, before}]?, tell_known?, tell_neighbours?, stored_before?. Numbers are text.
    Out: added, known, folios_added, new_folios[folio_hash], held[units known here on the day before, one text for each
    opening in its order], known_keys[source_key, when asked for], at[the moment of this call], neighbours[{folio_hash,
    isin, date, kind, amount, units}: what was stored before stored_before for the same folio, scheme and day as a line,
    and is none of these lines; when asked for]; a dry run says the same and writes nothing. */
create or replace function public.ai_import_transactions(p jsonb) returns jsonb
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  a jsonb := private.j(p);
  me uuid := private.me();
  lines bigint;
  fresh bigint;
  new_folios jsonb;
  known_keys jsonb;
  held jsonb;
  neighbours jsonb := '[]';
  days date[];
  keys text[];
begin
  if jsonb_typeof(a -> 'transactions') is distinct from 'array'
     or jsonb_typeof(coalesce(a -> 'openings', '[]')) is distinct from 'array' then
    raise sqlstate 'PT422' using message = 'invalid';
  end if;
  select count(distinct t ->> 'source_key'),
         count(distinct t ->> 'source_key') filter (where k.id is null),
         coalesce(jsonb_agg(distinct t ->> 'folio_hash') filter (where f.id is null), '[]'),
         coalesce(jsonb_agg(distinct k.source_key) filter (where k.id is not null and (a ->> 'tell_known')::boolean), '[]')
  into lines, fresh, new_folios, known_keys
  from jsonb_array_elements(a -> 'transactions') t
  left join public.transactions k on k.user_id = me and k.source_key = t ->> 'source_key'
  left join public.folios f on f.user_id = me and f.amc = t ->> 'amc' and f.number_hash = t ->> 'folio_hash';

  held := (
    select coalesce(jsonb_agg((
        select coalesce(sum(case
            when t.kind in ('purchase', 'purchase_sip', 'switch_in', 'switch_in_merger', 'gift_in',
                            'dividend_reinvest', 'segregation') then t.units
            when t.kind in ('redemption', 'switch_out', 'switch_out_merger', 'gift_out', 'reversal') then -t.units
            else 0 end), 0)::text
        from public.transactions t
        join public.folios f on f.id = t.folio_id
        where t.user_id = me and f.user_id = me and f.amc = o ->> 'amc' and f.number_hash = o ->> 'folio_hash'
          and t.isin = o ->> 'isin' and t.tx_date < (o ->> 'before')::date
      ) order by n), '[]')
    from jsonb_array_elements(coalesce(a -> 'openings', '[]')) with ordinality as asked (o, n)
  );

  if (a ->> 'tell_neighbours')::boolean then
    -- By day first, behind a fence: from a folio's id, a plan may go through all of the folio for each line.
    days := array(select distinct (t ->> 'date')::date from jsonb_array_elements(a -> 'transactions') t);
    keys := array(select distinct t ->> 'source_key' from jsonb_array_elements(a -> 'transactions') t);
    with asked as materialized (
      select distinct f.id, f.number_hash, t ->> 'isin' as isin, (t ->> 'date')::date as day
      from jsonb_array_elements(a -> 'transactions') t
      join public.folios f on f.user_id = me and f.number_hash = t ->> 'folio_hash'
    ), stored as materialized (
      select k.folio_id, k.isin, k.tx_date, k.kind, k.amount, k.units, k.source_key from public.transactions k
      where k.user_id = me and k.tx_date = any (days) and k.source_key <> all (keys)
        and k.created_at < coalesce((a ->> 'stored_before')::timestamptz, 'infinity')
    )
    select coalesce(jsonb_agg(jsonb_build_object('folio_hash', q.number_hash, 'isin', s.isin, 'date', s.tx_date,
        'kind', s.kind, 'amount', s.amount::text, 'units', s.units::text) order by s.source_key collate "C"), '[]')
    into neighbours
    from stored s join asked q on q.id = s.folio_id and q.isin = s.isin and q.day = s.tx_date;
  end if;

  if not coalesce((a ->> 'dry_run')::boolean, false) then
    insert into public.folios (user_id, amc, number_hash, number_masked)
    select distinct on (t ->> 'amc', t ->> 'folio_hash') me, t ->> 'amc', t ->> 'folio_hash', t ->> 'folio_masked'
    from jsonb_array_elements(a -> 'transactions') t
    on conflict (user_id, amc, number_hash) do nothing;

    insert into public.transactions (user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key)
    select distinct on (t ->> 'source_key') me, f.id, t ->> 'isin', (t ->> 'date')::date, t ->> 'kind',
           (t ->> 'amount')::numeric, (t ->> 'units')::numeric, (t ->> 'nav')::numeric, t ->> 'source_key'
    from jsonb_array_elements(a -> 'transactions') t
    join public.folios f on f.user_id = me and f.amc = t ->> 'amc' and f.number_hash = t ->> 'folio_hash'
    on conflict (user_id, source_key) do nothing;
    get diagnostics fresh = row_count;
  end if;
  return jsonb_build_object('added', fresh, 'known', lines - fresh, 'folios_added', jsonb_array_length(new_folios),
                            'new_folios', new_folios, 'known_keys', known_keys, 'held', held,
                            'neighbours', neighbours, 'at', now());
end
$$;
