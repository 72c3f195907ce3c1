import assert from "node:assert/strict";
import { isQuiet } from "@/db/process/free_memory.ts";

const MiB = 1024 * 1024;
const PATIENCE_MS = 30_000;

// In a process of its own, since what a test beside it frees would count too.
const BURST = `
import { freeMemoryWhenQuiet } from "@/db/process/free_memory.ts";
const rss = () => Deno.memoryUsage().rss;
let bodies = Array.from({ length: 8_000 }, () => new Uint8Array(15_000).fill(1));
bodies = bodies.filter((_, i) => i % 100 === 0); // each of them keeps what lies below it
const burst = rss();
const stop = freeMemoryWhenQuiet(50);
const give_up = performance.now() + ${PATIENCE_MS};
while (rss() > burst - ${60 * MiB} && performance.now() < give_up) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await stop();
console.log(JSON.stringify({ burst, left: rss(), kept: bodies.length }));
`;

Deno.test({
  name: "what a burst leaves goes back to the system, though some of it is still in use",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      // it says of each collection who asked for it
      args: ["eval", "--ext=ts", "--v8-flags=--trace-gc", BURST],
      stderr: "inherit",
    }).output();
    assert.ok(success);
    const text = new TextDecoder().decode(stdout).trim();
    assert.match(text, /Mark-Compact .* low memory notification;/, "V8 was asked to collect");
    const { burst, left, kept } = JSON.parse(
      text.split("\n").find((line) => line.startsWith("{"))!,
    );
    assert.equal(kept, 80);
    assert.ok(left <= burst - 60 * MiB, `${burst} bytes before, ${left} after`);
  },
});

Deno.test("a process is quiet that computes less than a tenth of the time", () => {
  const before = { cpu_seconds: 10, at_seconds: 100 };
  const after = (cpu_seconds: number) => ({ cpu_seconds, at_seconds: 102 });
  assert.equal(isQuiet(before, after(10)), true);
  assert.equal(isQuiet(before, after(10.1)), true);
  assert.equal(isQuiet(before, after(10.3)), false);
  assert.equal(isQuiet(before, after(14)), false);
});
