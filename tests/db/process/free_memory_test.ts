import assert from "node:assert/strict";

const MiB = 1024 * 1024;

// In a process of its own, since what a test beside it frees would count too.
const BURST = `
import { freeMemoryAgain } from "@/db/process/free_memory.ts";
const rss = () => Deno.memoryUsage().rss;
let bodies = Array.from({ length: 8_000 }, () => new Uint8Array(15_000).fill(1));
bodies = bodies.filter((_, i) => i % 100 === 0); // each of them keeps what lies below it
globalThis.gc();
const kept = rss();
const stop = freeMemoryAgain(10);
const give_up = performance.now() + 30_000;
while (rss() > kept - 60 * ${MiB} && performance.now() < give_up) await new Promise((r) => setTimeout(r, 20));
await stop();
console.log(JSON.stringify({ kept, left: rss(), bodies: bodies.length }));
`;

Deno.test({
  name: "what a burst has freed goes back to the system, though some of it is still in use",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--v8-flags=--expose-gc", "--ext=ts", BURST],
      stderr: "inherit",
    }).output();
    assert.ok(success);
    const { kept, left, bodies } = JSON.parse(new TextDecoder().decode(stdout));
    assert.equal(bodies, 80);
    assert.ok(left < kept - 60 * MiB, `${kept} bytes before, ${left} after`);
  },
});
