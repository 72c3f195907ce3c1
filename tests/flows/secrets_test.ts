/** A model that says secrets: what its readers, its asker and the logs get of them. */
import assert from "node:assert/strict";
import { z } from "zod";
import { isSecret } from "@/db/process/read.ts";
import { forwardSecret } from "@/db/process/seal.ts";
import { ALL, BOTH, SERVER } from "@/db/process/variables.ts";
import type { Scenario } from "@/server/demo/scenarios.ts";
import { startSystem, type System } from "@/tests/flows/system.ts";
import { piecesIn, scramble, SHAPES } from "@/tests/helpers/secret_samples.ts";
import { ADMIN_TOKEN, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";

interface Row {
  kind: string;
  text: string | null;
  message_id: string | null;
}

/** All that can be seen of a task, rows joined by message and kind too; without what was asked. */
async function shownOf(s: System, task_id: string): Promise<string> {
  const { items } = (await s.call("GET", `/api/tasks/${task_id}/logs?limit=500`)).json;
  const messages = Map.groupBy(items as Row[], (row) => `${row.kind} ${row.message_id}`);
  const joined = [...messages.values()].map((rows) => rows.map((row) => row.text).join(""));
  const { output, error } = (await s.call("GET", `/api/tasks/${task_id}`)).json;
  const page = await s.call("GET", `/tasks/${task_id}`);
  return [JSON.stringify(items), ...joined, output, error, page.text].join("\n");
}

const inFours = (text: string): string[] => text.match(/[^]{1,4}/g)!;

const LEAKED = [
  "a new installation token",
  "a key of the model's API",
  "a fine-grained GitHub token",
  "an RSA key",
  "a key of OpenSSH",
  "an encrypted key",
].map((name) => SHAPES[name]);
const SAID = LEAKED.map((secret, index) => `tok ${index}: ${secret}\n`).join("") + "That is all.";
const quoted = `'${SAID.replaceAll("'", `'\\''`)}'`;
const print = { name: "Bash", input: { command: `printf %s ${quoted}`, description: "Print" } };

const leaks: Record<string, Scenario> = {
  whole: () => [
    { thinking: SAID, text: `First. ${SAID}`, tools: [print] },
    { thinking: SAID, text: SAID },
  ],
  fours: () => [{ thinking: inFours(SAID), text: inFours(SAID), delay_ms: 4 }],
};

Deno.test("tokens and keys, whole and in pieces of four characters, reach nobody", async (t) => {
  await using s = await startSystem({ scenarios: leaks, worker: { env: { LOG_LEVEL: "debug" } } });
  const worker = await s.startWorker();

  for (const scenario of ["whole", "fours"]) {
    await t.step(scenario, async () => {
      const task_id = await s.chat(`[[${scenario}]]`);
      await using reader = await s.watch(task_id);
      assert.equal((await s.ended(task_id)).status, "completed");
      await reader.ended;
      const shown = await shownOf(s, task_id) + JSON.stringify(reader.events);
      for (const secret of LEAKED) assert.deepEqual(piecesIn(shown, secret), []);
      assert.match(shown, /tok 5: \[redacted\]\nThat is all\./, "and all else does");
      for (const kind of ["thinking", "text"]) {
        assert.ok(reader.events.some((event) => event.data.kind === kind), `there was ${kind}`);
      }
    });
  }

  await t.step("nor who asked at GitHub", async () => {
    const { json } = await s.deliver(commentOf("@agent analyze [[fours]]"));
    await s.ended(json.task_ids[0]);
    await s.github.until(() => s.github.comments.some(({ body }) => body.includes("That is all.")));
    const told = JSON.stringify(s.github.calls);
    for (const secret of LEAKED) assert.deepEqual(piecesIn(told, secret), []);
  });

  for (const secret of LEAKED) {
    assert.deepEqual(piecesIn(worker.log() + s.server().log(), secret), []);
  }
});

const NOWHERE = "http://127.0.0.1:1";
const KEY_LINE_OF: Record<string, string> = {
  GITHUB_APP_PRIVATE_KEY: scramble("the line of a private key", 64),
  GIT_SIGNING_KEY: scramble("the line of a signing key", 64),
};
const privateKey = (kind: string, line: string) =>
  `-----BEGIN ${kind}-----\n${line}\n-----END ${kind}-----`;
/** Settings that have to have a form, or that the system of the test has already. */
const FIXED: Record<string, string> = {
  SECRET_KEY: "a secret key of a test",
  ADMIN_TOKEN,
  GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
  GITHUB_APP_PRIVATE_KEY: privateKey("PRIVATE KEY", KEY_LINE_OF.GITHUB_APP_PRIVATE_KEY),
  GIT_SIGNING_KEY: privateKey("OPENSSH PRIVATE KEY", KEY_LINE_OF.GIT_SIGNING_KEY),
};

const namesOf = (table: z.ZodRawShape): string[] =>
  Object.keys(table).filter((name) => isSecret(z.object(table), name));
const valueOf = (name: string): string => FIXED[name] ?? `held-${scramble(name, 30)}`;
const settings = (names: string[]): Record<string, string> =>
  Object.fromEntries(
    names.filter((name) => name !== "DATABASE_URL").map((name) => [name, valueOf(name)]),
  );

Deno.test("every setting that is a secret, of every process, reaches nobody", async () => {
  let secrets: string[] = [];
  const scenarios = {
    tell: () => [{ text: secrets.map((secret, i) => `tok ${i}: ${secret}\n`).join("") + "All." }],
  };
  const of_server = namesOf({ ...BOTH, ...SERVER });
  await using s = await startSystem({ scenarios, server: settings(of_server) });
  // Another machine, which is gone when the model speaks.
  const elsewhere = await s.startWorker({
    env: {
      ...settings(namesOf(ALL).filter((name) => !of_server.includes(name))),
      GITHUB_APP_ID: "1",
      JIRA_EMAIL: "me@example.org",
      JIRA_URL: NOWHERE,
      SLACK_API_URL: NOWHERE,
      SENTRY_URL: NOWHERE,
      GITLAB_URL: NOWHERE,
      AGENT_ENV: "NPM_TOKEN",
      NPM_TOKEN: valueOf("NPM_TOKEN"),
      MACHINE_ID: "elsewhere",
    },
  });
  await elsewhere.kill("SIGTERM");
  const made = await s.call("POST", "/api/webhooks", {
    provider: "custom",
    name: "Shop",
    separate_endpoint: true,
  });
  assert.equal(made.status, 201, made.text);

  const held = namesOf(ALL).map((name) =>
    name === "DATABASE_URL" ? s.url : KEY_LINE_OF[name] ?? valueOf(name)
  );
  secrets = [
    ...held,
    valueOf("NPM_TOKEN"),
    made.json.secret,
    forwardSecret(FIXED.SECRET_KEY, made.json.webhook_id),
  ];
  assert.ok(secrets.length >= 30, "all names of the schema and three more");
  const worker = await s.startWorker();
  const { json } = await s.deliver(commentOf("@agent analyze [[tell]]"));
  const [task_id] = json.task_ids;
  assert.equal((await s.ended(task_id)).status, "completed");
  await s.github.until(() => s.github.comments.some(({ body }) => body.includes("All.")));

  const shown = await shownOf(s, task_id) + JSON.stringify(s.github.calls) + worker.log() +
    s.server().log() + elsewhere.log();
  for (const [index, secret] of secrets.entries()) {
    assert.deepEqual(piecesIn(shown, secret, secret.length), [], `number ${index}`);
    assert.ok(shown.includes(`tok ${index}: [redacted]`) || secret === s.url, `number ${index}`);
  }
});
