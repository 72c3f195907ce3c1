import { found } from "@/tests/chaos/patience.ts";
import type { Ours } from "@/tests/chaos/processes.ts";
import type { Product } from "@/tests/chaos/product.ts";

const PATIENCE_MS = 10_000;

/** One supervisor, server, worker and Postgres, and no CLI. Who is just ending gets a moment. */
export async function processProblems(product: Product): Promise<string[]> {
  const settled = await found(
    () => problemsOf(product.processes()).length === 0 ? true : null,
    PATIENCE_MS,
    200,
  );
  return settled ? [] : problemsOf(product.processes());
}

function problemsOf(processes: Ours[]): string[] {
  const of = (role: string) => processes.filter((one) => one.role === role);
  const single = ["supervisor", "server", "worker", "postgres"].flatMap((role) =>
    of(role).length === 1 ? [] : [`there are ${of(role).length} processes of the ${role}`]
  );
  const clis = of("cli").map(({ pid }) => `a CLI is left: process ${pid}`);
  const worker = of("worker")[0]?.pid;
  // Sandboxes that wait are below their worker; whoever is not belongs to a dead one.
  const orphans = of("other").filter(({ pid }) => !isBelow(pid, worker, processes))
    .map(({ pid, command }) => `a process is left: ${pid} ${command.slice(0, 120)}`);
  return [...single, ...clis, ...orphans];
}

function isBelow(pid: number, ancestor: number | undefined, processes: Ours[]): boolean {
  const one = processes.find((process) => process.pid === pid);
  if (!one) return false;
  return one.parent === ancestor || isBelow(one.parent, ancestor, processes);
}
