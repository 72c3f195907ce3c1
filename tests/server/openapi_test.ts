import assert from "node:assert/strict";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { PROJECT_DIR } from "@/server/config.ts";
import { ADMIN_TOKEN, type TestServer, testServer } from "@/tests/helpers/server.ts";

const METHODS = ["get", "post", "put", "patch", "delete"];

const documentOf = async (s: TestServer) => (await s.call("GET", "/api/openapi.json")).json;

Deno.test("the document is valid OpenAPI 3.1", async () => {
  await using s = await testServer();
  const document = await documentOf(s);
  const validator = new Validator();
  const result = await validator.validate(document);
  assert.ok(result.valid, JSON.stringify(result.errors));
  assert.equal(validator.version, "3.1");
});

Deno.test("the document and the server know the same calls", async () => {
  await using s = await testServer();
  const document = await documentOf(s);
  const described = Object.entries(document.paths as Record<string, object>).flatMap(
    ([path, item]) => Object.keys(item).map((method) => `${method} ${path}`),
  );
  const served = s.app.routes
    .map(({ method, path }) => ({ method: method.toLowerCase(), path }))
    .filter(({ method }) => METHODS.includes(method))
    .filter(({ path }) => path.startsWith("/api/") || path === "/metrics")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  assert.deepEqual([...new Set(served)].sort(), described.sort());
});

Deno.test("each call has a name of its own, says who may, and names its problems", async () => {
  await using s = await testServer();
  const { paths, components } = await documentOf(s);
  const names = new Set<string>();
  for (const [path, item] of Object.entries<Record<string, Operation>>(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      assert.ok(operation.operationId && !names.has(operation.operationId), path);
      names.add(operation.operationId);
      assert.ok(operation.summary, path);
      if (path !== "/api/health") assert.ok(operation.responses["401"], `${method} ${path}`);
      if (method !== "get") assert.match(operation.description ?? "", /Needs the role \w+\./);
      if (path.includes("{")) assert.ok(operation.responses["404"], `${method} ${path}`);
    }
  }
  assert.deepEqual(Object.keys(components.securitySchemes), ["bearer", "session"]);
});

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  responses: Record<string, unknown>;
}

Deno.test("the tool prints the document that the server serves", async () => {
  await using s = await testServer();
  const { stdout, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", "server/tools/openapi.ts"],
    cwd: PROJECT_DIR,
  }).output();
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), await documentOf(s));
});

Deno.test("a client that is generated from the document type-checks and works", async () => {
  await using s = await testServer();
  // Inside the project, so that the client finds the packages.
  const folder = await Deno.makeTempDir({ dir: join(PROJECT_DIR, "tests"), prefix: ".client-" });
  try {
    await Deno.writeTextFile(join(folder, "api.ts"), await typesFor(await documentOf(s)));
    await Deno.writeTextFile(join(folder, "client.ts"), CLIENT);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--cached-only", "--check", join(folder, "client.ts"), s.url],
      cwd: PROJECT_DIR,
      env: { TOKEN: ADMIN_TOKEN },
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.equal(code, 0, said);
    assert.match(said, /queued brain, found 1, then 404 Not Found/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function typesFor(document: unknown): Promise<string> {
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  return astToString(await openapiTS(JSON.stringify(document)));
}

const CLIENT = `// deno-lint-ignore-file
import createClient from "openapi-fetch";
import type { paths } from "./api.ts";

const headers = { authorization: \`Bearer \${Deno.env.get("TOKEN")}\` };
const api = createClient<paths>({ baseUrl: Deno.args[0], headers });
const made = await api.POST("/api/tasks", { body: { prompt: "Say hello" } });
if (!made.data) throw new Error(made.error.detail);
const { task_id, status, assigned_agent } = made.data;
const found = await api.GET("/api/tasks", { params: { query: { status: "queued", limit: 5 } } });
const none = await api.GET("/api/tasks/{task_id}", { params: { path: { task_id: "none" } } });
const same: string | undefined = found.data?.items[0].task_id;
if (same !== task_id) throw new Error("another task");
console.log(\`\${status} \${assigned_agent}, found \${found.data?.items.length}, then \` +
  \`\${none.response.status} \${none.error?.title}\`);
`;

Deno.test("a page of an allowed origin may send every call of the document, another none", async () => {
  await using s = await testServer({ env: { CORS_ORIGINS: "https://app.example" } });
  const { paths } = await documentOf(s);
  const preflight = async (path: string, method: string, origin: string) => {
    const answer = await s.call("OPTIONS", path.replaceAll(/\{\w+\}/g, "x"), undefined, {
      token: null,
      headers: { origin, "access-control-request-method": method.toUpperCase() },
    });
    const allowed = answer.headers.get("access-control-allow-methods") ?? "";
    const is_allowed = allowed.split(/, ?/).includes(method.toUpperCase());
    return is_allowed && answer.headers.get("access-control-allow-origin") === origin;
  };
  const refused: string[] = [];
  for (const [path, item] of Object.entries<object>(paths)) {
    for (const method of Object.keys(item)) {
      if (!await preflight(path, method, "https://app.example")) refused.push(`${method} ${path}`);
      assert.ok(!await preflight(path, method, "https://evil.example"), path);
    }
  }
  assert.deepEqual(refused, []);
});
