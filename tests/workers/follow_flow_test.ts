/** News that a worker sees to, and what the host has to be asked for it. */
import assert from "node:assert/strict";
import { newId } from "@/db/ids.ts";
import { sendScene } from "@/tests/workers/send_change_scene.ts";
import { followFlow } from "@/workers/follow_flow.ts";

Deno.test("checks at a host that is not set up any more are seen to, once", async () => {
  await using s = await sendScene();
  const { flow_id } = await s.workflow();
  const news_id = newId();
  const data = s.db.sql.json({ number: null, commit: "a".repeat(40), conclusion: "failure" });
  await s.db.sql`
    insert into flow_news (news_id, flow_id, delivery_id, provider, kind, data)
    values (${news_id}, ${flow_id}, ${newId()}, 'github', 'checks', ${data})`;
  await followFlow({ ...s.worker, connections: {} }, news_id);
  const [{ outcome }] = await s.db.sql`
    select outcome from flow_news where news_id = ${news_id} and handled_at is not null`;
  assert.match(outcome, /^How its checks stand is not known/);
});
