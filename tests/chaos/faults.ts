/** What can happen to a machine. Each fault is over when its function resolves. */
import type { Database } from "@/db/client.ts";
import { found, pause } from "@/tests/chaos/patience.ts";
import { isAlive, type Role, signal } from "@/tests/chaos/processes.ts";
import type { Product } from "@/tests/chaos/product.ts";
import type { Random } from "@/tests/chaos/random.ts";
import { startAgain, stopPolitely } from "@/tests/chaos/restart.ts";

export interface FaultInput {
  product: Product;
  db: Database;
  random: Random;
  longest_pause_seconds: number;
  /** What is wrong already while it happens. */
  problem(text: string): void;
  /** The fault is over, although it still has to be waited for the product. */
  over(): void;
}
/** Returns what it hit, for the report. */
export type Fault = (input: FaultInput) => Promise<string>;

const RESTART_PATIENCE_MS = 20_000;

const killOne = (role: Role): Fault => async ({ product, random }) => {
  const targets = await found(() => {
    const those = product.processes().filter((one) => one.role === role);
    return those.length > 0 ? those : null;
  }, 5_000);
  if (!targets) return "nothing to hit";
  const { pid } = random.pick(targets);
  signal(pid, "SIGKILL");
  await found(() => isAlive(pid) ? null : true, 5_000, 5);
  return `process ${pid}`;
};

const pauseAll =
  (roles: Role[], least_seconds: number, most_seconds: number): Fault => async (input) => {
    const { product, random, longest_pause_seconds } = input;
    const targets = product.processes().filter(({ role }) => roles.includes(role));
    const seconds = Math.min(random.between(least_seconds, most_seconds), longest_pause_seconds);
    for (const { pid } of targets) signal(pid, "SIGSTOP");
    await pause(seconds * 1000);
    for (const { pid } of targets) signal(pid, "SIGCONT");
    return `${targets.length} processes for ${seconds.toFixed(1)} s`;
  };

const terminateBackend: Fault = async ({ db: { sql } }) => {
  const [row] = await sql`
    select pid, application_name, pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user
      and application_name <> 'chaos' order by random() limit 1`;
  return row ? `${row.application_name}, process ${row.pid}` : "nothing to hit";
};

const killSupervisor: Fault = async ({ product, random, problem, over }) => {
  signal(product.supervisor(), "SIGKILL");
  await product.ended(5_000);
  await pause(random.between(0, 3_000));
  over();
  await startAgain(product, problem);
  return "";
};

const stopAndStart: Fault = async ({ product, problem, over }) => {
  await stopPolitely(product, problem);
  over();
  await startAgain(product, problem);
  return "";
};

const stopWhileStarting: Fault = async ({ product, random, problem, over }) => {
  await stopPolitely(product, problem);
  product.start();
  const wait_ms = random.between(0, 5_000);
  await pause(wait_ms);
  await stopPolitely(product, problem);
  over();
  await startAgain(product, problem);
  return `after ${Math.round(wait_ms)} ms`;
};

const killStartingWorker: Fault = async (input) => {
  const first = input.product.one("worker");
  await killOne("worker")(input);
  await found(
    () => {
      const now = input.product.one("worker");
      return now && now.pid !== first?.pid;
    },
    RESTART_PATIENCE_MS,
    10,
  );
  const wait_ms = input.random.between(0, 1_500);
  await pause(wait_ms);
  await killOne("worker")(input);
  return `the second after ${Math.round(wait_ms)} ms`;
};

const PLAIN: Record<string, Fault> = {
  "kill -9 server": killOne("server"),
  "kill -9 worker": killOne("worker"),
  "kill -9 CLI": killOne("cli"),
  "kill -9 Postgres": killOne("postgres"),
  "kill -9 a backend": killOne("backend"),
  "end a backend": terminateBackend,
};

const twoAtOnce: Fault = async (input) => {
  const names = [input.random, input.random].map((random) => random.pick(Object.keys(PLAIN)));
  await PLAIN[names[0]](input);
  await pause(input.random.between(0, 2_000));
  // The books' own connection may be hit as well: then the second one does not happen.
  const hit = await PLAIN[names[1]](input).catch(() => "missed");
  return `${names.join(", then ")} (${hit})`;
};

/** All kinds of fault, by the name in the table. */
export const FAULTS: Record<string, Fault> = {
  ...PLAIN,
  "kill -9 supervisor": killSupervisor,
  "kill -9 worker, starting": killStartingWorker,
  "pause worker": pauseAll(["worker"], 40, 40),
  "pause server": pauseAll(["server"], 2, 40),
  "pause Postgres": pauseAll(["postgres", "backend"], 2, 40),
  "SIGTERM": stopAndStart,
  "SIGTERM, starting": stopWhileStarting,
  "two at once": twoAtOnce,
};
