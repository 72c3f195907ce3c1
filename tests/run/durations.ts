import { dirname } from "node:path";

/** Kept where `npm ci` clears it, and where nobody commits it. */
const FILE = new URL("../../node_modules/.cache/tests/seconds.json", import.meta.url);

/** Of a machine that has not run them yet, as far as order matters. */
const LONGEST: Record<string, number> = {};
const OTHERS_SECONDS = 3;

export type Seconds = Record<string, number>;

/** What each job took the last time it ran here. */
export async function readSeconds(): Promise<Seconds> {
  const text = await Deno.readTextFile(FILE).catch(() => "{}");
  return { ...LONGEST, ...JSON.parse(text) };
}

export const secondsOf = (known: Seconds, job: string): number => known[job] ?? OTHERS_SECONDS;

/** Keeps what has been measured now, beside what was known. */
export async function keepSeconds(measured: Seconds): Promise<void> {
  const text = JSON.stringify({ ...await readSeconds(), ...measured }, null, 1);
  await Deno.mkdir(dirname(FILE.pathname), { recursive: true });
  await Deno.writeTextFile(FILE, text);
}
