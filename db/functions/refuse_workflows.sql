-- Which deliveries would open a workflow where one is open: another one came first. Those say so
-- where they came from. What was refused before opens none.
create or replace function refuse_workflows(items jsonb, refused uuid[])
returns table (delivery_id uuid, name text, reason text)
language plpgsql as $$
#variable_conflict use_column
declare
  flow text;
  late uuid[];
  jobs jsonb;
begin
  if not jsonb_path_exists(items, '$[*].workflows[*]') then
    return;
  end if;
  for flow in
    select distinct i.flow_id from jsonb_to_recordset(items) as i (flow_id text, workflows jsonb)
    where i.workflows is not null order by 1
  loop
    perform pg_advisory_xact_lock(hashtextextended('workflow of ' || flow, 0));
  end loop;

  select array_agg(s.delivery_id) into late from (
    select i.delivery_id, i.flow_id,
      row_number() over (partition by i.flow_id order by i.delivery_id) as place
    from jsonb_to_recordset(items) as i (delivery_id uuid, flow_id text, workflows jsonb)
    where i.workflows is not null and i.delivery_id <> all (refused)) s
  where s.place > 1 or exists (
    select from workflows w where w.flow_id = s.flow_id and w.ended_at is null);
  if late is null then
    return;
  end if;

  jobs := say((
    select jsonb_agg(jsonb_build_object('delivery_id', i.delivery_id, 'provider', i.provider,
      'replies', i.workflows #> '{0,if_refused}'))
    from jsonb_to_recordset(items) as i (delivery_id uuid, provider text, workflows jsonb)
    where i.delivery_id = any (late)));
  if jobs <> '[]' then
    perform send_jobs(jobs::text);
  end if;
  return query
  select i.delivery_id, i.workflows #>> '{0,command}', 'work on this was asked for meanwhile'
  from jsonb_to_recordset(items) as i (delivery_id uuid, workflows jsonb)
  where i.delivery_id = any (late);
end $$;
