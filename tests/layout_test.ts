// The sentences of docs/ARCHITECTURE.md, checked over the source. An exception has its reason beside
// it; one that is no longer needed fails the test as well.
import assert from "node:assert/strict";
import { circlesIn, graphOf, roomOf } from "@/tests/layout/circles.ts";
import { FINE, REFUSED } from "@/tests/layout/examples.ts";
import * as rules from "@/tests/layout/rules.ts";
import type { Rule } from "@/tests/layout/rules.ts";
import { filesIn, readSource, readSources, readText, type Source } from "@/tests/layout/source.ts";

const sources = await readSources(["server", "views", "workers", "db"]);

/** What a rule says, without what is excepted: `path` or `path: what it says`. */
function violations(rule: Rule, exceptions: Record<string, string> = {}): string[] {
  const found = sources.flatMap((source) => rule(source).map((what) => `${source.path}: ${what}`));
  const excepts = (entry: string, line: string) => line === entry || line.startsWith(`${entry}: `);
  const entries = Object.keys(exceptions);
  const unused = entries.filter((entry) => !found.some((line) => excepts(entry, line)));
  return [
    ...found.filter((line) => !entries.some((entry) => excepts(entry, line))),
    ...unused.map((entry) => `no longer an exception: ${entry}`),
  ];
}

Deno.test("imports follow the arrows server → views → db ← workers → server/providers", () => {
  assert.deepEqual(
    violations(rules.arrows, {}),
    [],
  );
});

Deno.test("no import of a value leads back to where it began, from file to file or room to room", async () => {
  const tests = await readSources(["tests"]);
  assert.deepEqual(circlesIn(graphOf([...sources, ...tests])), []);
  assert.deepEqual(circlesIn(graphOf(without(BETWEEN_ROOMS), roomOf)), []);
  const actions = sources.filter(({ path }) => path.startsWith("server/actions/"));
  assert.deepEqual(circlesIn(graphOf(withTypes(actions))), [], "in actions/ types count, too");
});

/** Imports that close a circle of rooms, and why. */
const BETWEEN_ROOMS: Record<string, string> = {};

function without(exceptions: Record<string, string>) {
  const unused = new Set(Object.keys(exceptions));
  const left = sources.map((source) => ({
    ...source,
    imports: source.imports.filter(({ target }) => !unused.delete(`${source.path} → ${target}`)),
  }));
  assert.deepEqual([...unused], [], "no longer an exception");
  return left;
}

const withTypes = (sources: Source[]) =>
  sources.map((source) => ({
    ...source,
    imports: source.imports.map(({ target }) => ({ target, type_only: false, values: [] })),
  }));

Deno.test("a provider imports nothing of ours but provider.ts and its own folder", () => {
  assert.deepEqual(violations(rules.providersAlone), []);
});

Deno.test("views take types and nouns from db, no functions", () => {
  assert.deepEqual(violations(rules.viewsReadTypes), []);
});

Deno.test("nouns import zod and each other, nothing else", () => {
  assert.deepEqual(violations(rules.nounsArePure), []);
});

Deno.test("1. only server/providers/ talks to outside services", () => {
  assert.deepEqual(
    violations(rules.talksOutside, {
      "server/start/ready.ts": "asks our own server whether it is healthy",
      "server/tools/webhook_send.ts": "posts a sample to our own server",
      "server/demo/stories.ts": "posts the demo's stories to our own server",
      "server/auth/client_address.ts: BlockList of node:net": "a list of networks, no connection",
      "server/auth/client_address.ts: isIP of node:net": "looks at a text",
      "db/process/variables.ts: isIP of node:net": "looks at a text",
    }),
    [],
  );
});

Deno.test("one process opens a port for others; the demo's stand-ins stay on loopback", async () => {
  assert.deepEqual(
    violations(rules.opensPort, {
      "server/main.ts": "the server",
      "server/start/port.ts": "tries whether the port is free, and closes it",
      "server/demo/scripted_model.ts": "the demo's model, on loopback",
      "server/demo/git_server.ts": "the demo's git host, on loopback",
      "server/demo/github_recorder.ts": "the demo's GitHub, on loopback",
      "server/demo/service_recorder.ts": "the demo's other services, on loopback",
    }),
    [],
  );
  for (const name of ["scripted_model", "git_server", "github_recorder", "service_recorder"]) {
    assert.match(await readText(`server/demo/${name}.ts`), /hostname: "127\.0\.0\.1"/);
  }
});

Deno.test("2. only db/ contains SQL", () => {
  assert.deepEqual(violations(rules.containsSql), []);
});

Deno.test("workers remove folders by removeTree alone", () => {
  assert.deepEqual(
    violations(rules.removesFiles, {
      "workers/claude/folders.ts: Deno.remove": "removeTree itself, where nothing is closed",
      "workers/claude/folders.ts: rmSync": "the same where nobody can wait",
    }),
    [],
  );
});

Deno.test("3. only workers/claude/ starts the CLI; who else starts a process is known", () => {
  assert.deepEqual(violations(rules.startsCli), []);
  const others = violations(rules.startsProcess).filter((line) => !/^workers\/claude\//.test(line));
  assert.deepEqual([...new Set(others)].sort(), [
    "db/embedded/launch.ts: Deno.Command", // Postgres
    "db/embedded/postmaster.ts: Deno.Command", // ps, on macOS
    "db/embedded/run.ts: Deno.Command", // initdb, and Postgres in single-user mode
    "db/embedded/run_as.ts: Deno.Command", // `postgres --version`, to see whether unshare or setpriv works
    "server/demo/bare_commits.ts: Deno.Command", // git, for commits that a host makes itself
    "server/demo/git_backend.ts: Deno.Command", // git, to serve the demo's own repository
    "server/start/child.ts: Deno.Command", // the server and the worker
    "server/start/launcher.ts: Deno.Command", // ps, on macOS
    "workers/guard/keep_guard.ts: Deno.Command", // the guard, which ends what a worker leaves
    "workers/repository/git.ts: dax", // git, which reaches the repository's host by itself
    "workers/workspace/modes.ts: Deno.Command", // find and chmod
  ]);
});

Deno.test("4. only views/ makes HTML", () => {
  assert.deepEqual(
    violations(rules.makesHtml, {
      "server/providers/markdown.ts": "reads where raw HTML ends in what others wrote",
    }),
    [],
  );
});

Deno.test("5. only the two config.ts read the environment", () => {
  assert.deepEqual(violations(rules.readsEnvironment), []);
});

/** Lines that a file may have although it is long, and why it is one thought all the same. */
const LONG: Record<string, [number, string]> = {};

Deno.test("no file of ours has more than 250 lines without a reason", async () => {
  const all = (await Promise.all(["server", "views", "workers", "db", "tests"].map(filesIn)))
    .flat();
  // A migration is as long as what it makes, and is never edited later; a CLI wrote the fixtures.
  const paths = all.filter((path) => !/^(db\/migrations|tests\/fixtures)\//.test(path));
  const lines = await Promise.all(
    paths.map(async (path) => [path, (await readText(path)).split("\n").length - 1] as const),
  );
  const long = lines.filter(([path, count]) => count > (LONG[path]?.[0] ?? 250));
  assert.deepEqual(long, []);
  const short = lines.filter(([path, count]) => path in LONG && count <= 250);
  assert.deepEqual(short, [], "no longer an exception");
});

Deno.test("packages come from where npm is told to: no file names a registry's host", async () => {
  // In pieces, so that this file names none.
  const hosts = [["npmjs", "(com|org)"], ["registry", "[a-z0-9-]+", "(com|org|io|dev)"]]
    .concat([["jsr", "io"], ["deno", "land"], ["esm", "sh"], ["unpkg", "com"], ["skypack", "dev"]])
    .concat([["jsdelivr", "net"], ["ghcr", "io"], ["quay", "io"], ["docker", "(io|com)"]])
    .concat([["pypi", "org"], ["yarnpkg", "com"], ["pkg", "github", "com"]]);
  const named = new RegExp(`\\b(${hosts.map((parts) => parts.join("\\.")).join("|")})\\b`, "i");
  assert.match(["https://registry", "npmjs", "org/zod"].join("."), named);
  const paths = (await filesIn(".")).filter((path) => !/\.(png|ico|svg|woff2)$/.test(path));
  const naming: string[] = [];
  for (const path of paths) if (named.test(await readText(path))) naming.push(path);
  assert.deepEqual(naming, []);
});

const says = (rule: Rule, path: string, text: string) => rule(readSource(path, text));

Deno.test("each rule sees what it is there for", () => {
  for (const [rule, path, text] of REFUSED) {
    assert.equal(says(rule, path, text).length > 0, true, `${path} is not seen: ${text}`);
  }
});

Deno.test("a circle is seen with its path, one of types alone is not", () => {
  const circles = (...files: [path: string, text: string][]) =>
    circlesIn(graphOf(files.map(([path, text]) => readSource(path, text))));
  const a: [string, string] = ["db/a.ts", `import { b } from "@/db/b.ts";`];
  const b: [string, string] = ["db/b.ts", `export * from "./c.ts";`];
  const back = `const { a } = await import("@/db/a.ts");`;
  assert.deepEqual(circles(a, b, ["db/c.ts", back]), [
    "db/a.ts → db/b.ts → db/c.ts → db/a.ts " +
    "(db/a.ts → db/b.ts, db/b.ts → db/c.ts, db/c.ts → db/a.ts)",
  ]);
  assert.deepEqual(circles(a, b, ["db/c.ts", `import type { A } from "@/db/a.ts";`]), []);
  assert.deepEqual(circles(["db/d.ts", `import { d } from "./d.ts";`]).length, 1);
  const rooms = [
    readSource("server/live/a.ts", `import { b } from "@/server/api.ts";`),
    readSource("server/api/x.ts", `import { live } from "@/server/live.ts";`),
    readSource("server/api.ts", `import { x } from "@/server/api/x.ts";`),
    readSource("server/live.ts", ""),
  ];
  assert.deepEqual(circlesIn(graphOf(rooms)), []);
  assert.deepEqual(circlesIn(graphOf(rooms, roomOf)), [
    "server/api → server/live → server/api " +
    "(server/api/x.ts → server/live.ts, server/live/a.ts → server/api.ts)",
  ]);
});

Deno.test("no rule objects to what is right", () => {
  for (const [rule, path, text] of FINE) assert.deepEqual(says(rule, path, text), [], text);
});
