// deno-lint-ignore-file no-console -- a main: it prints
// `deno task chaos -- ROUNDS SEED [FAULT …]`: the whole product under load, one random fault a
// round, and books that must balance after each.
import { FAULTS } from "@/tests/chaos/faults.ts";
import { playRounds } from "@/tests/chaos/rounds.ts";
import { line, medianRecovery, table } from "@/tests/chaos/table.ts";

const TARGET_SECONDS = 3;

const [rounds_text = "10", seed_text, ...faults] = Deno.args.filter((arg) => arg !== "--");
const rounds = Number(rounds_text);
const seed = seed_text === undefined ? Math.floor(Math.random() * 1_000_000) : Number(seed_text);
const unknown = faults.filter((fault) => !(fault in FAULTS));
if (!(rounds > 0) || !Number.isInteger(seed) || unknown.length > 0) {
  console.error(`usage: chaos -- ROUNDS SEED [FAULT …], where FAULT is one of:`);
  for (const name of Object.keys(FAULTS)) console.error(`  "${name}"`);
  Deno.exit(2);
}

const again = ["deno task chaos --", rounds, seed, ...faults.map((f) => JSON.stringify(f))].join(
  " ",
);
console.log(`${rounds} rounds with the seed ${seed}`);
const started = performance.now();
const played = await playRounds({
  rounds,
  seed,
  faults: faults.length > 0 ? faults : undefined,
  report: (round, number) => console.log(line(round, number)),
});
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(`\n${table(played.rounds).join("\n")}\n`);
const red = played.rounds.filter(({ problems }) => problems.length > 0).length;
const median = medianRecovery(played.rounds);
console.log(
  `${rounds - red} of ${rounds} rounds green in ${minutes} minutes; the next task runs after ` +
    `${median.toFixed(1)} s (median, wanted: below ${TARGET_SECONDS} s)`,
);
if (played.kept) console.log(`Kept for you to look at: ${played.kept} and the logs beside it`);
if (red > 0) console.log(`Again: ${again}`);
Deno.exit(red > 0 ? 1 : 0);
