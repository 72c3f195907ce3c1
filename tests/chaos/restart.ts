import { call } from "@/tests/chaos/client.ts";
import { found, pause } from "@/tests/chaos/patience.ts";
import { signal } from "@/tests/chaos/processes.ts";
import type { Product } from "@/tests/chaos/product.ts";

const STOP_PATIENCE_MS = 45_000;
const LEFT_PATIENCE_MS = 3_000;
const START_PATIENCE_MS = 90_000;
const RESTARTS = 10;

/** SIGTERM to the supervisor, until it is gone. That must not take for ever, and leave nothing. */
export async function stopPolitely(product: Product, problem: (text: string) => void) {
  signal(product.supervisor(), "SIGTERM");
  if (!await product.ended(STOP_PATIENCE_MS)) {
    problem(`SIGTERM did not end the supervisor within ${STOP_PATIENCE_MS / 1000} s`);
    signal(product.supervisor(), "SIGKILL");
    await product.ended(5_000);
  }
  const left = () => product.processes();
  if (await found(() => left().length === 0 ? true : null, LEFT_PATIENCE_MS)) return;
  const lines = left().map(({ pid, role, command }) => `${role} ${pid} ${command.slice(0, 80)}`);
  problem(`SIGTERM has left: ${lines.join("; ")}`);
  for (const { pid } of left()) signal(pid, "SIGKILL");
}

/** Starts the supervisor until it stays, as an init would, and waits until the server answers. */
export async function startAgain(product: Product, problem: (text: string) => void) {
  const deadline = performance.now() + START_PATIENCE_MS;
  product.start();
  for (let restarts = 0; performance.now() < deadline;) {
    if ((await call(product, "GET", "/api/health"))?.status === 200) return;
    if (await product.ended(0)) {
      if (++restarts > RESTARTS) break;
      await pause(500);
      product.start();
    }
    await pause(50);
  }
  problem("the product did not come up again");
}
