// deno-lint-ignore-file no-console -- part of a main: it prints
/** Every page and list with every filter, at a thousand and at a million tasks. */
import { openApp } from "@/tests/bench/pages/app.ts";
import { casesOf } from "@/tests/bench/pages/cases.ts";
import { holds, measure, type Pair } from "@/tests/bench/pages/measure.ts";
import { seed } from "@/tests/bench/pages/seed.ts";
import { thingsOf } from "@/tests/bench/pages/things.ts";

export const SMALL = 1_000;
export const LARGE = 1_000_000;

/** Fills both databases; the larger one takes some minutes. */
export async function seedBoth(small_url: string, large_url: string): Promise<void> {
  await seed(small_url, SMALL);
  await seed(large_url, LARGE, (what) => console.error(`seeding ${what}`));
}

/** Of each route the address that took longest, and every other one that is too slow. */
export async function slowest(small_url: string, large_url: string): Promise<Pair[]> {
  await using small = await openApp(small_url);
  await using large = await openApp(large_url);
  const cases = casesOf(await thingsOf(small.db));
  const rows: Pair[] = [];
  for (const [route, paths] of Object.entries(casesOf(await thingsOf(large.db)))) {
    const pairs: Pair[] = [];
    for (const [i, path] of paths.entries()) {
      pairs.push(await measure(small, large, { small: cases[route][i], large: path }));
    }
    pairs.sort((a, b) => b.large_ms - a.large_ms);
    rows.push(...pairs.filter((pair, i) => i === 0 || !holds(pair)));
    console.error(`${route}: ${paths.length} addresses`);
  }
  return rows;
}
