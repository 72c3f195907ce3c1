/** One round: load, a fault, more load, rest, books. */
import type { Database } from "@/db/client.ts";
import { checkBooks } from "@/tests/chaos/books.ts";
import { openBooks } from "@/tests/chaos/database.ts";
import { FAULTS } from "@/tests/chaos/faults.ts";
import { Ledger } from "@/tests/chaos/ledger.ts";
import { startLoad } from "@/tests/chaos/load.ts";
import { found, pause } from "@/tests/chaos/patience.ts";
import { askUntilTaken, nextStart } from "@/tests/chaos/probe.ts";
import { memoryOf } from "@/tests/chaos/processes.ts";
import { type Product, startProduct } from "@/tests/chaos/product.ts";
import { seeded } from "@/tests/chaos/random.ts";
import { call } from "@/tests/chaos/client.ts";
import { whenQuiet } from "@/tests/chaos/quiet.ts";

export interface Round {
  fault: string;
  detail: string;
  /** Seconds from the end of the fault; null: never. */
  next_start_seconds: number | null;
  accepted_seconds: number | null;
  /** Attempts that tasks have had beyond their first, in this round. */
  attempts_charged: number;
  tasks: number;
  /** Of those, how many failed: nothing that they do can. */
  failed: number;
  server_mb: number | null;
  worker_mb: number | null;
  problems: string[];
}

export interface ChaosOptions {
  rounds: number;
  seed: number;
  /** Pauses of processes are not longer than this. */
  longest_pause_seconds?: number;
  /** How long there is load before a fault, at most. */
  load_seconds?: number;
  /** Which faults there are; by default all. */
  faults?: string[];
  report(round: Round, number: number): void;
}

const HEALTHY_PATIENCE_MS = 120_000;
const SECOND_WORKER_PROBABILITY = 0.2;

/** Plays the rounds. Returns them, and where the product's folder was kept when one was red. */
export async function playRounds(
  options: ChaosOptions,
): Promise<{ rounds: Round[]; kept: string | null }> {
  await using product = await startProduct();
  await found(
    async () => (await call(product, "GET", "/api/health"))?.status === 200 || null,
    HEALTHY_PATIENCE_MS,
  );
  const callback_url = `${product.outside.services.url}/custom`;
  await call(product, "PUT", "/api/webhooks/static/custom", { callback_url });
  const db = await openBooks(product);
  const game = {
    product,
    db,
    options,
    ledger: new Ledger(options.seed),
    stuck: new Set<string>(),
    known: new Set<string>(),
    attempts: 0,
    tasks: 0,
    failed: 0,
  };
  const rounds: Round[] = [];
  try {
    for (let number = 1; number <= options.rounds; number++) {
      rounds.push(await playRound(game, number));
      options.report(rounds.at(-1)!, number);
    }
  } finally {
    await db.close();
  }
  const is_red = rounds.some(({ problems }) => problems.length > 0);
  if (is_red) product.keep();
  return { rounds, kept: is_red ? product.data_dir : null };
}

/** Every kind comes once, in an order of the seed's, before one comes again. */
function faultOf({ seed, faults = Object.keys(FAULTS) }: ChaosOptions, number: number): string {
  const turn = Math.floor((number - 1) / faults.length);
  return seeded(seed + turn).shuffled(faults)[(number - 1) % faults.length];
}

interface Game {
  product: Product;
  db: Database;
  options: ChaosOptions;
  ledger: Ledger;
  /** Ids that never came to rest, and problems that were told already. */
  stuck: Set<string>;
  known: Set<string>;
  attempts: number;
  tasks: number;
  failed: number;
}

async function playRound(game: Game, number: number): Promise<Round> {
  const { product, db, options, ledger } = game;
  // One of its own for each round and for the load: what a round does hangs on nothing else.
  const random = seeded(options.seed * 1_000 + number);
  const fault = faultOf(options, number);
  const problems: string[] = [];
  const problem = (text: string) => void problems.push(text);
  const takes_all_down = /SIGTERM|supervisor/.test(fault);
  const has_second = !takes_all_down && random.chance(SECOND_WORKER_PROBABILITY);
  const second = has_second ? await product.startSecond() : null;

  const load = startLoad({ product, ledger, random: seeded(random.number() * 1e9) });
  const load_ms = (options.load_seconds ?? 4) * 1000;
  await pause(random.between(0.4, 1) * load_ms);
  const longest_pause_seconds = options.longest_pause_seconds ?? Infinity;
  let over_ms = 0;
  const over = () => void (over_ms = Date.now());
  const detail = await FAULTS[fault]({
    product,
    db,
    random,
    longest_pause_seconds,
    problem,
    over,
  });
  if (over_ms === 0) over();
  const { accepted_seconds } = await askUntilTaken(product, ledger, over_ms);
  await pause(random.between(0.3, 0.7) * load_ms);
  await load.stop();
  problems.push(...await whenQuiet(db, game.stuck));
  const next_start_seconds = await nextStart(db, over_ms);
  if (second && !await second.stop()) problem("the second worker did not stop");
  problems.push(...await checkBooks(product, db, ledger));
  if (accepted_seconds === null) problem("nothing was accepted any more");

  const fresh = problems.filter((text) => !game.known.has(text));
  fresh.forEach((text) => game.known.add(text));
  const [counts] = await db.sql<{ attempts: number; tasks: number; failed: number }[]>`
    select coalesce(sum(attempt - 1), 0) as attempts, count(*) as tasks,
      count(*) filter (where status = 'failed') as failed from tasks`;
  const round: Round = {
    fault,
    detail: detail + (second ? ", beside a second worker" : ""),
    next_start_seconds,
    accepted_seconds,
    problems: fresh,
    attempts_charged: counts.attempts - game.attempts,
    tasks: counts.tasks - game.tasks,
    failed: counts.failed - game.failed,
    server_mb: memoryOf(product.one("server")?.pid ?? 0),
    worker_mb: memoryOf(product.one("worker")?.pid ?? 0),
  };
  Object.assign(game, counts);
  return round;
}
