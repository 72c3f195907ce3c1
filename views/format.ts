/** `$0.0123`; from ten dollars on, cents are enough. */
export function money(usd: number): string {
  if (usd !== 0 && Math.abs(usd) < 0.0001) return "<$0.0001";
  return `$${usd.toFixed(usd >= 10 ? 2 : usd === 0 ? 2 : 4)}`;
}

/** `842`, `12.3k`, `1.2M`. */
export function count(n: number): string {
  for (const [size, unit] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    // 999,950 would read "1000.0k".
    if (n >= size * 0.99995 && n >= 1000) return `${trimmed(n / size)}${unit}`;
  }
  return String(Math.round(n));
}

const trimmed = (n: number) => n >= 100 ? n.toFixed(0) : n.toFixed(1).replace(/\.0$/, "");

/** Seconds as `45 ms`, `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds > 0 && seconds < 0.095) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return two(s, 60, "min", 1, "s");
  if (s < 86_400) return two(s, 3600, "h", 60, "min");
  return two(s, 86_400, "d", 3600, "h");
}

function two(s: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((s % big) / small);
  return `${Math.floor(s / big)} ${bigUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ""}`;
}

/** `just now`, `3 min ago`, `2 h ago`, `5 d ago`, and from a month on the date. */
export function ago(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return at.toISOString().slice(0, 10);
}

/** `21 Nov 2026, 10:14:12 UTC`. */
export function utc(at: Date): string {
  const [day, month, year] = [at.getUTCDate(), MONTHS[at.getUTCMonth()], at.getUTCFullYear()];
  return `${day} ${month} ${year}, ${at.toISOString().slice(11, 19)} UTC`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `21 Nov` of `2026-11-21`. */
export function shortDay(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${date} ${MONTHS[month - 1]}`;
}

/** `512 B`, `14.9 kB`, `2.1 MB`. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  return n < 999_950 ? `${trimmed(n / 1e3)} kB` : `${trimmed(n / 1e6)} MB`;
}

/** `1 task`, `2 tasks`. */
export const plural = (n: number, noun: string): string =>
  `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
