import type { Sql } from "@/db/client.ts";
import { COMMAND_SET } from "@/tests/bench/pages/seed_webhooks.ts";

/**
 * One accepted delivery for each task from outside, as many again within the last month that did
 * nothing, repeats, and those that were turned away. Some types and outcomes are rare, some never
 * came together.
 */
export async function seedDeliveries(sql: Sql, tasks: number): Promise<void> {
  await sql.unsafe(`
    create temp table seeded_webhooks as
    select row_number() over (order by is_builtin desc, webhook_id) - 1 as place, provider,
      case when not is_builtin then webhook_id end as webhook_id
    from webhooks`);
  const webhook = (n: string) => `(array[0,0,0,0,1,1,2,4,6,7,8,10])[${n} % 12 + 1]`;
  await sql.unsafe(`
    insert into deliveries (delivery_id, provider, webhook_id, provider_delivery_id, dedupe_key,
      content_key, event_type, external_id, flow_id, actor, outcome, commands, command_set,
      other_commands_reason, unmet, task_ids, headers, body, body_bytes, received_at, answered_ms)
    select pg_temp.id_at(p.at, p.n), d.provider, d.webhook_id, 'delivery-' || p.n,
      'name-' || p.n, 'content-' || p.n,
      case when p.n in (${Math.ceil(tasks / 7)}, ${Math.ceil(tasks / 2)}) then 'release.published'
        else 'issue_comment.created' end,
      t.external_id, t.flow_id, '${ACTOR}'::jsonb, 'accepted',
      '[{"name":"analyze","matched":true,"reason":"@agent analyze"}]'::jsonb, '${COMMAND_SET}',
      'the text asks for no command', array[0,1,1,1,1,1,1]::smallint[], array[p.task_id],
      '${HEADERS}'::jsonb,
      case when p.at > now() - interval '90 days' then '\\x${GZIPPED_OBJECT}'::bytea end, 300,
      p.at, (p.n % 90) / 10.0 + 2
    from plan p join things t on t.thing = p.thing and t.outside
      join seeded_webhooks d on d.place = ${webhook("p.n")}
    where p.source = 'webhook' order by p.n`);
  await sql.unsafe(`
    insert into deliveries (delivery_id, provider, webhook_id, provider_delivery_id, dedupe_key,
      event_type, flow_id, actor, outcome, reason, command_set, other_commands_reason, headers,
      body, body_bytes, received_at, answered_ms)
    select pg_temp.id_at(o.at, 20000000 + o.n), d.provider, d.webhook_id, 'other-' || o.n,
      case when o.outcome = 'ignored' then 'other-' || o.n end,
      case when o.n = ${Math.ceil(tasks / 5)} then 'star.created'
        else (array['push','message','issue_comment.created'])[o.n % 3 + 1] end,
      case when o.n % 8 = 0 then md5('flow ' || o.n / 50) end, '${ACTOR}'::jsonb, o.outcome,
      'the text asks for no command', '${COMMAND_SET}', 'the text asks for no command',
      '${HEADERS}'::jsonb,
      case when o.outcome = 'ignored' then '\\x${GZIPPED_OBJECT}'::bytea end, 300, o.at,
      (o.n % 90) / 10.0 + 2
    from (
      select n, now() - interval '30 days' + n::float8 / ${tasks * 1.2 + 1} * interval '30 days'
        as at, case when n % 6 = 5 then 'duplicate' else 'ignored' end as outcome
      from generate_series(1, ${Math.ceil(tasks * 1.2)}) n) o
      join seeded_webhooks d on d.place = ${webhook("o.n")}
    order by o.n`);
  await sql.unsafe(`
    insert into deliveries (delivery_id, provider, event_type, outcome, reason, received_at)
    select pg_temp.id_at(at, 40000000 + n), 'github', 'push', outcome, 'the signature is wrong', at
    from (select n, now() - n * interval '3 min' as at,
      case when n % 5 = 4 then 'invalid' else 'refused' end as outcome
      from generate_series(1, 1000) n) r order by at`);
}

const ACTOR = JSON.stringify({ id: "1", name: "octocat", trust: "trusted" });
const HEADERS = JSON.stringify({
  "content-type": "application/json",
  "user-agent": "GitHub-Hookshot/044aadd",
  "x-github-event": "issue_comment",
});
/** `{}` */
const GZIPPED_OBJECT = "1f8b0800000000000003abae050043bfa6a302000000";
