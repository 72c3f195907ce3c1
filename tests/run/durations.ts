import { dirname } from "node:path";

/** Kept where `npm ci` clears it, and where nobody commits it. */
const FILE = new URL("../../node_modules/.cache/tests/seconds.json", import.meta.url);

/** Of a machine that has not run them yet, as far as order matters. */
const LONGEST: Seconds = {
  "tests/db/walk_test.ts": 90,
  "tests/flows/chaos_test.ts": 77,
  "tests/flows/team_test.ts": 77,
  "tests/flows/start_stop/supervisor_test.ts": 64,
  "tests/flows/start_stop/worker_test.ts": 38,
  "tests/server/start_database_test.ts": 50,
  "tests/server/strange_text_test.ts": 53,
  "tests/browser/demo_test.ts": 51,
  "tests/server/health_test.ts": 49,
  "tests/flows/stop_without_postgres_test.ts": 44,
  "tests/flows/secrets_test.ts": 36,
  "tests/flows/guard_test.ts": 34,
  "tests/flows/broken_cli_test.ts": 31,
  "tests/flows/stop_test.ts": 30,
  "tests/workers/run_task_test.ts": 30,
  "tests/flows/interrupted_test.ts": 29,
  "tests/db/embedded_test.ts": 25,
  "tests/flows/two_machines_test.ts": 23,
  "tests/flows/conversation_test.ts": 22,
  "tests/workers/claude/real_cli_limits_test.ts": 21,
  "tests/flows/watching_test.ts": 21,
  "tests/server": 30,
  "tests/workers/workspace": 25,
  "tests/server/webhooks (1 of 2)": 20,
  "tests/server/webhooks (2 of 2)": 20,
};
const OTHERS_SECONDS = 3;

export type Seconds = Record<string, number>;

/** What each job took the last time it ran here. */
export async function readSeconds(): Promise<Seconds> {
  return { ...LONGEST, ...await kept() };
}

/** It is about their order alone: what cannot be read is as good as nothing. */
async function kept(): Promise<Seconds> {
  try {
    return JSON.parse(await Deno.readTextFile(FILE));
  } catch {
    return {};
  }
}

export const secondsOf = (known: Seconds, job: string): number => known[job] ?? OTHERS_SECONDS;

/** Keeps what has been measured now, beside what was known. */
export async function keepSeconds(measured: Seconds): Promise<void> {
  const text = JSON.stringify({ ...await kept(), ...measured }, null, 1);
  await Deno.mkdir(dirname(FILE.pathname), { recursive: true });
  await Deno.writeTextFile(FILE, text);
}
