-- Takes a group of deliveries with all that they cause. Its parts lock rows in their order: those
-- of deliveries, limits, questions and flows.
create or replace function accept_deliveries(items jsonb, bodies bytea)
returns table (n integer, outcome text, delivery_id uuid, task_ids uuid[])
language plpgsql
set plan_cache_mode = force_generic_plan as $$
declare
  fresh jsonb;
  allowed jsonb;
  jobs jsonb;
  count bigint;
begin
  -- Calls are assignments: `perform` would be a statement around each.
  fresh := record_deliveries(items, bodies);
  if (items -> 0 -> 'group' ->> 'may_be_refused')::boolean then
    allowed := drop_refused(fresh);
  end if;
  fresh := coalesce(allowed, fresh);

  count := open_flows(fresh);
  jobs := start_tasks(fresh) || say(fresh);
  if jobs <> '[]' then
    count := send_jobs(jobs::text);
  end if;
  count := length(pg_notify('agent_events', '')::text);
  if (items -> 0 -> 'group' ->> 'asks')::boolean then
    count := ask(fresh);
  end if;

  if allowed is null and jsonb_array_length(fresh) = jsonb_array_length(items) then
    return query
    select i.n, i.outcome, i.delivery_id, i.task_ids
    from jsonb_to_recordset(items)
      as i (n integer, outcome text, delivery_id uuid, task_ids uuid[]);
  else
    return query select * from answer_duplicates(items);
  end if;
end $$;
