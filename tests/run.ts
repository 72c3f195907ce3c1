// deno-lint-ignore-file no-console -- a main: it prints
// `deno task test [files] [--changed[=REF]] [--filter=…]`: brings up what the tests need, runs them,
// takes everything down again. The last line says how many passed.
import { startEmbedded } from "@/db/embedded.ts";
import { asAdmin } from "@/tests/helpers/postgres.ts";
import { readArguments } from "@/tests/run/arguments.ts";
import { testsOfChange } from "@/tests/run/changed.ts";
import { keepSeconds, readSeconds, secondsOf } from "@/tests/run/durations.ts";
import { clearOldRuns, makeRunFolder } from "@/tests/run/folder.ts";
import { findTestFiles, planJobs } from "@/tests/run/jobs.ts";
import { endLeftovers } from "@/tests/run/leftovers.ts";
import { runJobs, type RunResult } from "@/tests/run/run_jobs.ts";
import { countLine, NOTHING } from "@/tests/run/summary.ts";

/** Two more than there are cores: many tests wait, for a lease or a restart (7:27 min with one more, 6:45 with two). */
const JOBS_AT_ONCE = Math.max(2, navigator.hardwareConcurrency + 2);

const TEMPLATE = "template_agent";

const { wanted, changed_since, flags, is_whole } = readArguments(Deno.args);
const files = changed_since === null
  ? await findTestFiles(wanted)
  : await testsOfChange(changed_since, await findTestFiles(wanted));
const folder = await makeRunFolder();
await clearOldRuns(folder);
const stopping = stopOn(["SIGINT", "SIGTERM"]);
const postgres = await startEmbedded(`${folder.path}/data`, {
  create_databases: true,
  fsync: false,
  settings: { max_connections: "300", wal_compression: "off" },
});
let result: RunResult = { counts: NOTHING, measured: {}, failed: [] };
let broken = false;
try {
  await makeTemplate(postgres.url);
  result = await runTests();
  if (stopping.aborted) broken = true; // what was left did not run
  else if (is_whole) await keepSeconds(result.measured).catch(console.error);
} catch (error) {
  console.error(error);
  broken = true;
} finally {
  const left = await endLeftovers(folder.path, [Deno.pid, postgres.pid]);
  await postgres.stop();
  await folder.remove();
  for (const line of left) console.error(`left running by a test, and ended now: ${line}`);
  if (left.length > 0) broken = true;
}
const { counts } = result;
if (broken && counts.failed === 0) counts.failed = 1; // it broke before, after, or between the tests
for (const { name } of result.failed) console.log(`failed: ${name}`);
console.log(countLine(counts));
Deno.exit(counts.failed === 0 && (counts.passed > 0 || files.length === 0) ? 0 : 1);

async function makeTemplate(url: string): Promise<void> {
  await asAdmin(url, (sql) => sql`create database ${sql(TEMPLATE)}`);
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  const { migrate } = await import("@/db/migrate.ts");
  await migrate(template.href);
  // A template with a visitor cannot be copied: from here on nobody gets in.
  await asAdmin(url, (sql) => sql`alter database ${sql(TEMPLATE)} allow_connections false`);
}

async function runTests(): Promise<RunResult> {
  const known = await readSeconds();
  const jobs = planJobs(files, (name) => secondsOf(known, name));
  const print = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(text));
  return await runJobs(jobs, {
    at_once: JOBS_AT_ONCE,
    known,
    flags,
    is_whole,
    stopping,
    print,
    onText: jobs.length === 1 ? print : undefined,
    env: {
      TEST_DATABASE_URL: postgres.url,
      TEST_TEMPLATE: TEMPLATE,
      ENV_FILE: `${folder.path}/env`, // nobody's tokens
      TMPDIR: `${folder.path}/tmp`, // by this path a test's processes are known afterwards
      ...(Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {}),
    },
  });
}

function stopOn(signals: Deno.Signal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) Deno.addSignalListener(signal, () => controller.abort());
  return controller.signal;
}
