// What holds for everything that can be done: who may, and that the audit log and what it tells of are
// written together or not at all.
import assert from "node:assert/strict";
import { listen } from "@/db/channels.ts";
import { createApiToken, type Principal, type Role } from "@/db/sessions.ts";
import type { AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";
import { createMetrics } from "@/server/metrics.ts";
import { stopTask } from "@/server/verbs/tasks/stop.ts";
import { createToken } from "@/server/verbs/tokens/create.ts";
import { type Verb, verb } from "@/server/verbs/verb.ts";
import { disableWebhook } from "@/server/verbs/webhooks/switch.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { testRun } from "@/tests/helpers/writer.ts";

const ROOM = new URL("../../../server/verbs/", import.meta.url);

const somebody = (role: Role): Principal => ({
  role,
  name: `some ${role}`,
  session_id: null,
  token_id: null,
});

const depsOf = (s: TestServer): AppDeps => ({ ...s, metrics: createMetrics() });

const audited = async ({ db }: TestServer) =>
  (await db.sql<{ actor: string; action: string }[]>`
    select actor, action from audit order by audit_id`)
    .map(({ actor, action }) => `${action} by ${actor}`);

/** Every verb of the room, by its action. */
async function everyVerb(): Promise<Verb<never, unknown>[]> {
  const found = new Set<Verb<never, unknown>>();
  for await (const noun of Deno.readDir(ROOM)) {
    if (!noun.isDirectory) continue;
    for await (const { name } of Deno.readDir(new URL(`${noun.name}/`, ROOM))) {
      const module = await import(new URL(`${noun.name}/${name}`, ROOM).href);
      const verbs = Object.values(module).filter((one) =>
        typeof one === "function" && "action" in one
      );
      for (const one of verbs) found.add(one as Verb<never, unknown>);
    }
  }
  return [...found];
}

Deno.test("who may do what: a change here changes pages, API and their documents alike", async () => {
  const roles = (await everyVerb()).map(({ action, role }) => `${role}: ${action}`);
  assert.deepEqual(roles.sort(), [
    "admin: token.create",
    "admin: token.revoke",
    "admin: webhook.change",
    "admin: webhook.command.add",
    "admin: webhook.command.change",
    "admin: webhook.command.remove",
    "admin: webhook.create",
    "admin: webhook.remove",
    "admin: webhook.secret",
    "operator: approval.approve",
    "operator: approval.reject",
    "operator: approval.send_back",
    "operator: delivery.dry_run",
    "operator: delivery.replay",
    "operator: flow.retry",
    "operator: flow.stop",
    "operator: flow.unlink",
    "operator: repository.allow",
    "operator: repository.look",
    "operator: task.create",
    "operator: task.create", // in a conversation
    "operator: task.input",
    "operator: task.retry",
    "operator: task.stop",
    "operator: webhook.command.disable",
    "operator: webhook.command.dry_run",
    "operator: webhook.command.enable",
    "operator: webhook.disable",
    "operator: webhook.enable",
    "operator: webhook.self_test",
    "viewer: sign_in",
    "viewer: sign_out",
  ]);
});

Deno.test("a smaller role is refused by the verb itself, whichever way it is called", async () => {
  await using s = await testServer();
  for (const one of await everyVerb()) {
    if (one.role === "viewer") continue;
    const call = one(depsOf(s), somebody("viewer"), undefined as never);
    const refused = (error: unknown) => error instanceof HttpProblem && error.status === 403;
    await assert.rejects(call, refused, one.action);
  }
  assert.deepEqual(await audited(s), []);
});

Deno.test("without its line in the audit log nothing is written, and the other way round", async () => {
  await using s = await testServer();
  const deps = depsOf(s);
  const { sql } = s.db;
  const tokens = async () => (await sql`select from api_tokens`).count;
  await sql`
    alter table audit add constraint no_tokens check (action <> 'token.create') not valid`;
  const made = createToken(deps, somebody("admin"), { name: "ci", role: "viewer" });
  await assert.rejects(made, /no_tokens/);
  assert.equal(await tokens(), 0);

  const half = verb("token.half", "admin", ({ commit }, _: null) =>
    commit(async (tx) => {
      await createApiToken({ sql: tx }, { name: "half", role: "viewer", created_by: "t" });
      throw new Error("half way");
    }));
  await assert.rejects(half(deps, somebody("admin"), null), /half way/);
  assert.equal(await tokens(), 0);
  await sql`alter table api_tokens add constraint one_name unique (name) deferrable initially deferred`;
  const twins = verb("token.twins", "admin", ({ commit }, _: null) =>
    commit(async (tx) => {
      await createApiToken({ sql: tx }, { name: "twin", role: "viewer", created_by: "t" });
      await createApiToken({ sql: tx }, { name: "twin", role: "viewer", created_by: "t" });
      return { subject: "both", value: undefined };
    }));
  await assert.rejects(twins(deps, somebody("admin"), null), /one_name/, "only the commit refuses");
  assert.deepEqual(await audited(s), []);

  await disableWebhook(deps, somebody("operator"), { id: "github" });
  assert.deepEqual(await audited(s), ["webhook.disable by some operator"]);
});

Deno.test("one call is one commit with one line", async () => {
  await using s = await testServer();
  const twice = verb("twice", "viewer", async ({ commit }, _: null) => {
    const write = () => Promise.resolve({ subject: "1", value: undefined });
    await commit(write);
    await commit(write);
  });
  await assert.rejects(twice(depsOf(s), somebody("viewer"), null), /twice commits twice/);
});

Deno.test("whoever waits for a task to end holds no transaction meanwhile", async () => {
  await using s = await testServer();
  const run = await testRun(s.db);
  const { task_id } = run.task;
  const asked = Promise.withResolvers<void>();
  const unlisten = await listen(s.db, "signal", () => asked.resolve());
  const stopping = stopTask(depsOf(s), somebody("operator"), { task_id, wait_ms: 60_000 });
  await Promise.race([asked.promise, stopping]);
  const open = await s.db.sql`
    select query from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`;
  await run.end();
  assert.equal((await stopping).status, "cancelled");
  assert.deepEqual([...open], []);
  await unlisten();
});
