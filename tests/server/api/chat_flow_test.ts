import assert from "node:assert/strict";
import { acceptDelivery } from "@/db/deliveries.ts";
import { getTask } from "@/db/tasks.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";
import { testServer } from "@/tests/helpers/server.ts";

Deno.test("what is asked in the conversation of a flow counts with it; a new one is one's own", async () => {
  await using s = await testServer();
  const { task_ids } = await acceptDelivery(s.db, acceptRecord({ flow_id: "issue" }));
  const { conversation_id } = (await getTask(s.db, task_ids[0]))!;
  const say = async (more: Record<string, unknown>) => {
    const { json } = await s.call("POST", "/api/chat", {
      message: "And now?",
      conversation_id,
      ...more,
    });
    return (await getTask(s.db, json.task_id))!;
  };
  const here = await say({});
  assert.deepEqual([here.flow_id, here.external_id, here.tool_profile], [
    "issue",
    "1296269/7",
    "read",
  ]);
  const fresh = await say({ new_conversation: true });
  assert.notEqual(fresh.conversation_id, conversation_id);
  assert.deepEqual([fresh.flow_id, fresh.tool_profile], [null, "full"]);
  const [flow] = await s.db.sql`select conversation_id from flows where flow_id = 'issue'`;
  assert.equal(flow.conversation_id, conversation_id, "the flow keeps its own");
});
