-- Notes what deliveries tell of flows, and returns the jobs that see to it.
create or replace function tell_flows(items jsonb) returns jsonb
language plpgsql as $$
declare
  jobs jsonb;
begin
  with news as (
    insert into flow_news (news_id, flow_id, delivery_id, provider, kind, data)
    select n.news_id, coalesce(n.flow_id, i.flow_id), i.delivery_id, i.provider, n.kind, n.data
    from jsonb_to_recordset(items)
        as i (delivery_id uuid, provider text, flow_id text, news jsonb),
      jsonb_to_recordset(i.news) as n (news_id uuid, flow_id text, kind text, data jsonb)
    returning news_id
  )
  select coalesce(jsonb_agg(jsonb_build_object('queue', 'follow_flow',
    'data', jsonb_build_object('id', news_id), 'singletonKey', news_id)), '[]')
  into jobs from news;
  return jobs;
end $$;
