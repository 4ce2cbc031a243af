-- A file that writes a fund house in another way than an earlier one means the same folio: the app tells them apart by
-- the keyed hashes that are stored.

/** The caller's folios, by fund house. Out: folios[{amc, folio_hash}]. */
create function public.ai_list_folios(p jsonb) returns jsonb
  language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('folios', coalesce(
    (select jsonb_agg(jsonb_build_object('amc', f.amc, 'folio_hash', f.number_hash) order by f.amc, f.number_hash)
     from public.folios f where f.user_id = private.me()), '[]'))
$$;
