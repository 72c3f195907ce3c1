import assert from "node:assert/strict";
import { ago, bytes, count, duration, money, shortDay, utc } from "@/views/format.ts";

Deno.test("money is never a lie: small sums are not zero, large ones have cents", () => {
  const said = [0, 0.00001, 0.0123, 1.5, 9.99999, 12.345, 1234.5].map(money);
  assert.deepEqual(said, [
    "$0.00",
    "<$0.0001",
    "$0.0123",
    "$1.5000",
    "$10.0000",
    "$12.35",
    "$1234.50",
  ]);
});

Deno.test("tokens are short", () => {
  const said = [0, 999, 1000, 12_345, 184_000, 999_950, 1_234_567].map(count);
  assert.deepEqual(said, ["0", "999", "1k", "12.3k", "184k", "1M", "1.2M"]);
});

Deno.test("durations use the two largest units", () => {
  const said = [null, 0, 0.004, 0.44, 12, 59.6, 61, 200, 3600, 7500, 100_000].map(duration);
  assert.deepEqual(said, [
    "–",
    "0.0 s",
    "4 ms",
    "0.4 s",
    "12 s",
    "1 min",
    "1 min 1 s",
    "3 min 20 s",
    "1 h",
    "2 h 5 min",
    "1 d 3 h",
  ]);
});

Deno.test("moments are told by how long ago they were", () => {
  const now = new Date("2026-11-21T10:00:00Z");
  const before = (seconds: number) => ago(new Date(now.getTime() - seconds * 1000), now);
  assert.deepEqual([-5, 3, 45, 200, 8000, 200_000].map(before), [
    "just now",
    "just now",
    "45 s ago",
    "3 min ago",
    "2 h ago",
    "2 d ago",
  ]);
  assert.equal(before(40 * 86_400), "2026-10-12");
  assert.equal(utc(now), "21 Nov 2026, 10:00:00 UTC");
  assert.equal(shortDay("2026-11-02"), "2 Nov");
  assert.deepEqual([12, 14_900, 2_100_000].map(bytes), ["12 B", "14.9 kB", "2.1 MB"]);
});
