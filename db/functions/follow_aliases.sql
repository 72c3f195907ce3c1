-- What came in about a pull request of ours belongs to the flow that made it.
create or replace function follow_aliases(items jsonb) returns jsonb
language plpgsql as $$
declare
  behind jsonb;
begin
  select jsonb_object_agg(a.alias_flow_id, a.flow_id) into behind
  from flow_aliases a
  where a.alias_flow_id = any (array(
    select i ->> 'flow_id' from jsonb_array_elements(items) i));
  if behind is null then
    return items;
  end if;
  return (
    select jsonb_agg(case
        when behind ? (i ->> 'flow_id') then i || jsonb_build_object(
          'flow_id', behind -> (i ->> 'flow_id'),
          'flow', case jsonb_typeof(i -> 'flow') when 'object' then
            (i -> 'flow') || jsonb_build_object('flow_id', behind -> (i ->> 'flow_id')) end)
        else i end order by place)
    from jsonb_array_elements(items) with ordinality as t (i, place));
end $$;
