// deno-lint-ignore-file no-console -- a main: it prints
// `deno task test [files] [--filter=…]`: brings up what the tests need, runs them, takes
// everything down again. The last line says how many passed.
import { startEmbedded } from "@/db/embedded.ts";
import { asAdmin } from "@/tests/helpers/postgres.ts";
import { clearOldRuns, makeRunFolder } from "@/tests/run/folder.ts";
import { endLeftovers } from "@/tests/run/leftovers.ts";
import { countLine, type Counts, readSummary } from "@/tests/run/summary.ts";

/** Test files at the same time. More is faster only where there are more cores than this. */
const FILES_AT_ONCE = 2;

/** Programs and material in tests/ that are no tests. */
const EXCLUDED = ["--ignore=tests/bench,tests/chaos,tests/fixtures"];

const TEMPLATE = "template_agent";

const folder = await makeRunFolder();
await clearOldRuns(folder);
const stopping = onSignals(["SIGINT", "SIGTERM"]);
const postgres = await startEmbedded(`${folder.path}/data`, {
  create_databases: true,
  fsync: false,
  settings: { max_connections: "200", wal_compression: "off" },
});
let counts: Counts = { passed: 0, failed: 0, ignored: 0 };
let success = false;
try {
  await makeTemplate(postgres.url);
  ({ counts, success } = await runTests(Deno.args));
} catch (error) {
  console.error(error);
} finally {
  const left = await endLeftovers(folder.path, [Deno.pid, postgres.pid]);
  await postgres.stop();
  await folder.remove();
  for (const line of left) console.error(`left running by a test, and ended now: ${line}`);
  if (left.length > 0) success = false;
}
if (!success && counts.failed === 0) counts.failed = 1; // it broke before, or after, the tests
console.log(countLine(counts));
Deno.exit(success && counts.passed > 0 ? 0 : 1);

async function makeTemplate(url: string): Promise<void> {
  await asAdmin(url, (sql) => sql`create database ${sql(TEMPLATE)}`);
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  const { migrate } = await import("@/db/migrate.ts");
  await migrate(template.href);
  // A template with a visitor cannot be copied: from here on nobody gets in.
  await asAdmin(url, (sql) => sql`alter database ${sql(TEMPLATE)} allow_connections false`);
}

async function runTests(wanted: string[]): Promise<{ counts: Counts; success: boolean }> {
  const files = wanted.some((arg) => !arg.startsWith("-")) ? [] : ["tests/"];
  const child = new Deno.Command(Deno.execPath(), {
    // Types are `deno task check`'s: an error in one file must not hide what the others do.
    args: ["test", "-A", "--cached-only", "--no-check", ...parallel(), ...EXCLUDED, ...wanted]
      .concat(files),
    env: {
      TEST_DATABASE_URL: postgres.url,
      TEST_TEMPLATE: TEMPLATE,
      DENO_JOBS: String(FILES_AT_ONCE),
      ENV_FILE: `${folder.path}/env`, // nobody's tokens
      TMPDIR: `${folder.path}/tmp`, // by this path a test's processes are known afterwards
      ...(Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {}),
    },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  stopping.then(() => child.kill("SIGTERM")).catch(() => {});
  const counts = await readSummary(child.stdout, Deno.stdout.writable);
  return { counts, success: (await child.status).success };
}

function parallel(): string[] {
  return FILES_AT_ONCE > 1 ? ["--parallel"] : [];
}

function onSignals(signals: Deno.Signal[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of signals) Deno.addSignalListener(signal, () => resolve());
  return promise;
}
