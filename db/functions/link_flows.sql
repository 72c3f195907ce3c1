-- Links flows with those that they mention, and with those that mentioned them before. A link that
-- somebody has undone stays undone.
create or replace function link_flows(items jsonb) returns bigint
language plpgsql as $$
declare
  said text;
  linked bigint;
begin
  -- Of two that name each other at the same moment, the second waits and finds the first.
  for said in
    select m.name from jsonb_to_recordset(items) as i (mentions jsonb),
      jsonb_to_recordset(i.mentions) as m (name text)
    union
    select unnest(array[i.flow ->> 'url', i.flow ->> 'external_id'])
    from jsonb_to_recordset(items) as i (flow jsonb)
    order by 1
  loop
    perform pg_advisory_xact_lock(hashtextextended('the name ' || said, 0)) where said is not null;
  end loop;

  insert into flow_mentions (name, flow_id, evidence)
  select distinct on (m.name, i.flow_id) m.name, i.flow_id, m.evidence
  from jsonb_to_recordset(items) as i (flow_id text, mentions jsonb),
    jsonb_to_recordset(i.mentions) as m (name text, evidence text)
  where exists (select from flows f where f.flow_id = i.flow_id)
  order by m.name, i.flow_id
  on conflict do nothing;

  with found as (
    select i.flow_id as one, f.flow_id as other, m.evidence
    from jsonb_to_recordset(items) as i (flow_id text, mentions jsonb),
      jsonb_to_recordset(i.mentions) as m (name text, evidence text),
      lateral (
        select u.flow_id from flows u where u.url = m.name
        union all
        select k.flow_id from flows k where k.external_id = m.name
          and k.external_id ~ '^[A-Z][A-Z0-9_]+-[0-9]+$') f
    union all
    select m.flow_id, i.flow_id, m.evidence
    from jsonb_to_recordset(items) as i (flow_id text, flow jsonb),
      flow_mentions m
    where m.name in (i.flow ->> 'url', i.flow ->> 'external_id')
  )
  insert into flow_links (flow_id, linked_flow_id, evidence)
  select distinct on (1, 2) least(one, other), greatest(one, other), evidence
  from found where one <> other and exists (select from flows f where f.flow_id = one)
    and exists (select from flows f where f.flow_id = other)
  order by 1, 2, 3
  on conflict do nothing;
  get diagnostics linked = row_count;
  return linked;
end $$;
