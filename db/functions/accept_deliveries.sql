-- Takes a group of deliveries with all that they cause. Its parts lock rows in their order: those
-- of deliveries, limits, questions and flows.
create or replace function accept_deliveries(items jsonb, bodies bytea)
returns table (n integer, outcome text, delivery_id uuid, task_ids uuid[])
language plpgsql
set plan_cache_mode = force_generic_plan as $$
declare
  -- What is true of one of them at least.
  of_group jsonb := items -> 0 -> 'group';
  fresh jsonb;
  allowed jsonb;
  jobs jsonb;
  opened bigint;
  count bigint;
begin
  -- Calls are assignments: `perform` would be a statement around each.
  if (of_group ->> 'may_be_alias')::boolean then
    items := follow_aliases(items);
  end if;
  fresh := record_deliveries(items, bodies);
  if (of_group ->> 'may_be_refused')::boolean then
    allowed := drop_refused(fresh);
  end if;
  fresh := coalesce(allowed, fresh);

  opened := open_flows(fresh);
  if (of_group ->> 'begins_conversation')::boolean then
    count := begin_conversations(fresh);
  end if;
  if (of_group ->> 'starts_workflow')::boolean then
    count := start_workflows(fresh);
  end if;
  jobs := start_tasks(fresh) || say(fresh);
  if (of_group ->> 'tells')::boolean then
    jobs := jobs || tell_flows(fresh);
  end if;
  if jobs <> '[]' then
    count := send_jobs(jobs::text);
  end if;
  count := length(pg_notify('agent_events', '')::text);
  if (of_group ->> 'asks')::boolean then
    count := ask(fresh);
  end if;
  if (of_group ->> 'mentions')::boolean
    or (opened > 0 and exists (select from flow_mentions)) then
    count := link_flows(fresh);
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
