/** The settings and rows of a running server say what `fix` may do there. */
import assert from "node:assert/strict";
import { workflow as noun } from "@/db/nouns/workflow.ts";
import { testServer } from "@/tests/helpers/server.ts";
import { comment, knock } from "./scene.ts";

Deno.test("a workflow keeps the rules that hold when it is asked for", async () => {
  const env = { APPROVE_OWN: "false", APPROVALS_NEEDED: "2", APPROVAL_REMINDERS_HOURS: "1,2.5" };
  await using s = await testServer({ env });
  assert.equal((await knock(s, comment("@agent fix it"))).outcome, "accepted");
  const [row] = await s.db.sql`select * from workflows`;
  assert.deepEqual(noun.parse(row).rules, {
    approve_own: false,
    approvals_needed: 2,
    approval_expires_hours: 72,
    reminders_hours: [1, 2.5],
    fixes_checks: true,
    public_url: s.config.public_url,
    notice: null,
    people: [],
  });
});

Deno.test("REPOSITORIES closes what the event itself comes from; a dry run says so, too", async () => {
  await using s = await testServer({ env: { REPOSITORIES: "github:octo/*" } });
  const { outcome, delivery_id } = await knock(s, comment("@agent fix it"));
  assert.equal(outcome, "ignored");
  const [{ count }] = await s.db.sql`select count(*)::int from workflows`;
  assert.equal(count, 0);
  const path = `/api/webhooks/events/${delivery_id}/replay`;
  const { json } = await s.call("POST", path, { dry_run: true });
  assert.match(json.reason, /^fix: `github:.*` is not among the repositories that tasks may use/);
  assert.match(json.replies[0].body, /is not among the repositories/);
});

Deno.test("a dry run shows the workflow, and what would be told where one is open", async () => {
  await using s = await testServer();
  const { delivery_id } = await knock(s, comment("@agent fix it"));
  const path = `/api/webhooks/events/${delivery_id}/replay`;
  const again = async () => (await s.call("POST", path, { dry_run: true })).json;
  assert.match((await again()).reason, /work on this is going on already/);
  await s.db.sql`
    update workflows set status = 'stopped', end_text = 'x', ended_at = now()`;
  await s.db.sql`update tasks set status = 'cancelled', completed_at = now()`;
  const free = await again();
  assert.equal(free.outcome, "accepted");
  assert.match(free.notes.join("\n"), /fix: a workflow in github:\S+: brain → planning → approval/);
  assert.equal(free.tasks[0].agent, "brain");
  const { json } = await s.call("POST", path, {});
  assert.equal(json.outcome, "accepted", "a replay opens the next one");
});
