// A NUL and half of a surrogate pair, which Postgres' text cannot hold, in every place of every
// request that the server knows: each parameter of a path or a query, each field of a body.
import assert from "node:assert/strict";
import { PROJECT_DIR } from "@/server/config.ts";
import { type TestServer, testServer } from "@/tests/helpers/server.ts";
import { filled, namesOf, routesOf, things } from "@/tests/server/every_route.ts";

const STRANGE = ["a\0b", "\0", "\ud83d", "\udc00\ud83d\0"];

Deno.test("what is empty, no date or out of range is nobody's surprise", async () => {
  await using s = await testServer();
  const id = "01a223c7-b895-73fd-b032-39fb3f31f043";
  const times = ["2020-01-01 (x)", "0000-01-01T00:00:00.000000Z", "2020-02-30T00:00:00.000000Z"];
  for (const at of [...times, "+275760-01-01T00:00:00Z", "2020-01-01T00:00:00,00000Z", "1", ""]) {
    const query = `cursor=${encodeURIComponent(`${at}|${id}`)}`;
    assert.equal((await s.call("GET", `/api/conversations?${query}`)).status, 422, at);
    const cookie = await s.signIn();
    const page = await fetch(`${s.url}/chat?${query}`, { headers: { cookie } });
    await page.body?.cancel();
    assert.equal(page.status, 200, at);
  }
  const nowhere = { conversation_id: "" };
  assert.equal((await s.call("POST", "/api/tasks", { prompt: "p", ...nowhere })).status, 404);
  assert.equal((await s.call("POST", "/api/chat", { message: "m", ...nowhere })).status, 404);
  for (const limit of ["", "0", "-1", "1e300", "99999999999999999999", "NaN"]) {
    await assertAnswered(s, "GET", `/api/tasks?limit=${limit}`);
  }
});

/** A body of each call that has one; every text in it, one after the other, becomes strange. */
const command = {
  name: "tidy2",
  aliases: ["clean"],
  description: "d",
  trigger: "issues.opened",
  expression: "true",
  action: "comment",
  template: "hello",
  target_agent: "planning",
  conditions: { "payload.a": "b" },
};
const webhook = {
  provider: "custom",
  name: "n",
  description: "d",
  command_prefix: "@bot",
  default_command: "help",
  target_agent: "planning",
  callback_url: "https://example.com/x",
};
const { provider: _, ...changes } = webhook;
const BODIES: Record<string, unknown> = {
  createTask: { prompt: "p", agent: "planning", model: "sonnet", conversation_id: null },
  retryTask: { trust_outside_text: true },
  sendTaskInput: { message: "m" },
  approvePlan: { note: "n", plan_hash: "h" },
  rejectPlan: { reason: "r", plan_hash: "h" },
  sendPlanBack: { request: "r", plan_hash: "h" },
  sendChat: { message: "m", conversation_id: "c", agent: "planning", model: "sonnet" },
  replayDelivery: { dry_run: true },
  createWebhook: webhook,
  changeWebhook: changes,
  changeBuiltinWebhook: { commands: { analyze: false }, name: "n" },
  dryRunWebhookCommand: { ...command, delivery_id: "d" },
  addWebhookCommand: command,
  changeWebhookCommand: command,
  lookAtRepository: { repository: "github:octo/hello" },
  changeRepository: { repository: "github:octo/hello", submodules: true, lfs: false },
  rotateWebhookSecret: { secret: "a secret of 32 characters, or so" },
  createToken: { name: "n", role: "viewer" },
};

/** The value with one of its texts, or one of its keys, made strange; once for each. */
function* spoilt(value: unknown, strange: string): Generator<unknown> {
  if (typeof value === "string") yield strange;
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    for (const bad of spoilt(part, strange)) {
      yield Array.isArray(value)
        ? Object.values({ ...value, [key]: bad })
        : { ...value, [key]: bad };
    }
    if (!Array.isArray(value)) yield { ...rest, [key + strange]: part };
  }
}

async function assertAnswered(s: TestServer, method: string, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${s.config.admin_token!.reveal()}`, ...init.headers };
  const answer = await fetch(s.url + path, { ...init, method, headers, redirect: "manual" });
  await answer.body?.cancel(); // a stream would go on
  const what = `${method} ${path} ${init.body ?? ""}`;
  assert.ok(answer.status < 500, `${what} was answered with ${answer.status}`);
}

/** Every name of a query that the code reads, and every name of a field that a page shows. */
async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = new Set<string>();
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    const found = entry.isDirectory
      ? await namesIn(path, pattern)
      : [...(await Deno.readTextFile(path)).matchAll(pattern)].map(([, name]) => name);
    for (const name of found) names.add(name);
  }
  return [...names];
}

/** No text that Postgres refuses, but no number, date, id or cursor either, or far too much of one. */
const ODD = [
  "",
  "-1",
  "1e309",
  "9".repeat(40),
  "2026-13-45T99:99:99Z",
  '{"a":',
  "%00",
  "'",
  "01a223c7-b895-73fd-b032-39fb3f31f04z",
  "x".repeat(9_000),
  "ﷺ".repeat(900),
];

Deno.test("what fits no parameter of a path or query is nobody's surprise", async () => {
  await using s = await testServer();
  const queries = await queriesOf(s);
  const values = await things(s);
  for (const { method, path } of routesOf(s)) {
    const in_path = ODD.filter((odd) => odd !== "");
    for (const name of namesOf(path)) {
      await Promise.all(
        in_path.map((odd) => assertAnswered(s, method, filled(path, { ...values, [name]: odd }))),
      );
    }
    if (method !== "GET") continue;
    for (const odd of ODD) {
      const at = (name: string) =>
        `${filled(path, values)}?${new URLSearchParams({ [name]: odd })}`;
      await Promise.all(queries(path).map((name) => assertAnswered(s, method, at(name))));
    }
  }
});

Deno.test("strange headers are nobody's surprise", async () => {
  await using s = await testServer();
  const values = await things(s);
  const cookie = await s.signIn();
  const texts = ["\xff\xfe", "-1", "9".repeat(40), "0/0", "x".repeat(6_000), ";;==,"];
  const names = ["last-event-id", "origin", "accept", "content-type", "x-forwarded-for"];
  for (const { method, path } of routesOf(s).filter(({ method }) => method === "GET")) {
    await Promise.all(texts.flatMap((text) => {
      const all = Object.fromEntries([...names, "hx-request"].map((name) => [name, text]));
      const strange = [all, { authorization: text }, { cookie: `${cookie}${text}` }];
      return strange.map((headers) => assertAnswered(s, method, filled(path, values), { headers }));
    }));
  }
});

/** What a route may read of a query: what the document says of it, and what its room's code names. */
async function queriesOf(s: TestServer): Promise<(path: string) => string[]> {
  const { paths } = (await s.call("GET", "/api/openapi.json")).json;
  const read = await namesIn(`${PROJECT_DIR}/server`, READ);
  const read_by_api = await namesIn(`${PROJECT_DIR}/server/api`, READ);
  assert.ok(read.includes("webhook"), read.join());
  return (path) => {
    const item = paths[path.replaceAll(/:(\w+)/g, "{$1}")];
    if (!item) return read;
    const described = (item.get?.parameters ?? [])
      .filter((parameter: { in: string }) => parameter.in === "query")
      .map(({ name }: { name: string }) => name);
    return [...new Set<string>([...described, ...read_by_api, "nobody_reads_it"])];
  };
}

const READ = /query\("(\w+)"\)/g;

Deno.test("strange text in any parameter of any path or query is nobody's surprise", async () => {
  await using s = await testServer();
  const queries = await queriesOf(s);
  const values = await things(s);
  for (const { method, path } of routesOf(s)) {
    for (const strange of STRANGE) {
      for (const name of namesOf(path)) {
        await assertAnswered(s, method, filled(path, { ...values, [name]: strange }));
      }
      if (method !== "GET") continue;
      const path_and = (name: string) =>
        `${filled(path, values)}?${new URLSearchParams({ [name]: strange })}`;
      await Promise.all(queries(path).map((name) => assertAnswered(s, method, path_and(name))));
    }
  }
});

Deno.test("strange text in any field of any JSON body is nobody's surprise", async () => {
  await using s = await testServer();
  const document = (await s.call("GET", "/api/openapi.json")).json;
  for (const [path, item] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, { operationId, requestBody }] of Object.entries(item)) {
      if (!requestBody) continue;
      assert.ok(BODIES[operationId], `${operationId} has a body that nobody tries`);
      for (const strange of STRANGE) {
        const values = await things(s);
        for (const bad of spoilt(BODIES[operationId], strange)) {
          await assertAnswered(s, method.toUpperCase(), filled(path, values), {
            headers: { "content-type": "application/json" },
            body: JSON.stringify(bad),
          });
        }
      }
    }
  }
});

interface Operation {
  operationId: string;
  requestBody?: unknown;
}

Deno.test("strange text in any field of any form is nobody's surprise", async () => {
  await using s = await testServer();
  const fields = await namesIn(`${PROJECT_DIR}/views`, /name="(\w+)"/g);
  assert.ok(fields.includes("description") && fields.includes("next"), fields.join());
  const forms = routesOf(s)
    .filter(({ method, path }) => method === "POST" && !path.startsWith("/api/"));
  assert.ok(forms.length > 15, "the pages' forms are found");
  const plain = { ...command, ...webhook, aliases: "clean", conditions: "", message: "m" };
  for (const { path } of forms) {
    const values = await things(s);
    const tried = fields.map((name) => new URLSearchParams({ ...plain, [name]: "a\0b\ud83d" }));
    await Promise.all(
      tried.map((body) => assertAnswered(s, "POST", filled(path, values), { body })),
    );
  }
});
