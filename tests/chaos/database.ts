/** The product's own Postgres, to look into its books. */
import { connect, type Database } from "@/db/client.ts";
import { found } from "@/tests/chaos/patience.ts";
import { variableOf } from "@/tests/chaos/processes.ts";
import type { Product } from "@/tests/chaos/product.ts";

const PATIENCE_MS = 60_000;

/** Its address, as the product's own processes have it. */
export async function databaseUrl(product: Product): Promise<string> {
  const url = await found(() => {
    const inside = product.processes().filter(({ role }) => role === "server" || role === "worker");
    return inside.map((one) => variableOf(one, "DATABASE_URL")).find(Boolean);
  }, PATIENCE_MS);
  if (url === null) throw new Error("neither the server nor the worker has come up");
  return url;
}

/** A pool of our own; the name tells its backends from the product's. */
export async function openBooks(product: Product): Promise<Database> {
  return connect(await databaseUrl(product), { max: 3, application_name: "chaos" });
}
