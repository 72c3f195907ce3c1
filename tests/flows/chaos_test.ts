/** The whole product under load, with a fault in each of five rounds: `deno task chaos` in small. */
import assert from "node:assert/strict";
import { playRounds } from "@/tests/chaos/rounds.ts";
import { line } from "@/tests/chaos/table.ts";

const FAULTS = [
  "kill -9 server",
  "kill -9 worker",
  "kill -9 Postgres",
  "end a backend",
  "SIGTERM, starting",
];
/** Another seed is another order of faults, at other moments of another load. */
const SEED = 20261128;

Deno.test("after each of five faults under load, the books balance", async () => {
  const told: string[] = [];
  const { rounds } = await playRounds({
    rounds: FAULTS.length,
    seed: SEED,
    faults: FAULTS,
    load_seconds: 1.5,
    report: (round, number) => void told.push(line(round, number)),
  });
  const red = rounds.filter(({ problems }) => problems.length > 0);
  assert.equal(red.length, 0, told.join("\n"));
  assert.ok(rounds.every(({ next_start_seconds }) => next_start_seconds !== null));
});
