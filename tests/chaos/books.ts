/** Whether what the product promised and what is in its tables and outside are the same. */
import type { Database } from "@/db/client.ts";
import { deliveryProblems, taskProblems } from "@/tests/chaos/books/asked.ts";
import { messageProblems, stopProblems } from "@/tests/chaos/books/steered.ts";
import { attemptProblems, eventProblems, outputProblems } from "@/tests/chaos/books/output.ts";
import { replyProblems } from "@/tests/chaos/books/replies.ts";
import { processProblems } from "@/tests/chaos/books/processes.ts";
import { readRows } from "@/tests/chaos/books/rows.ts";
import { call } from "@/tests/chaos/client.ts";
import type { Ledger } from "@/tests/chaos/ledger.ts";
import { slotProblems } from "@/tests/chaos/probe.ts";
import type { Product } from "@/tests/chaos/product.ts";

/** Checks the books of a machine at rest. Returns what is wrong, a line for each. */
export async function checkBooks(
  product: Product,
  db: Database,
  ledger: Ledger,
): Promise<string[]> {
  const slots = await slotProblems(product, db, ledger);
  const rows = await readRows(db);
  const health = await call(product, "GET", "/api/health");
  return [
    ...slots,
    ...ledger.surprises,
    ...deliveryProblems(rows, ledger),
    ...taskProblems(rows, ledger),
    ...eventProblems(rows),
    ...outputProblems(rows),
    ...attemptProblems(rows),
    ...replyProblems(rows, product),
    ...messageProblems(rows, ledger, product.outside.heard),
    ...stopProblems(rows, ledger),
    ...await processProblems(product),
    ...(health?.status === 200 ? [] : [`health answers ${health?.status ?? "nothing"}`]),
  ];
}
