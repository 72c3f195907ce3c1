import type { Rows } from "@/tests/chaos/books/rows.ts";
import type { Ledger } from "@/tests/chaos/ledger.ts";
import { SCRIPTED, WORD } from "@/tests/chaos/outside.ts";

/** A delivery that was answered `accepted` has its row with its tasks, and none is there beside. */
export function deliveryProblems({ deliveries }: Rows, { asked }: Ledger): string[] {
  const rows = new Map(deliveries.map((row) => [row.delivery_id, row.task_ids]));
  const promised = [...asked.values()].flatMap(({ id, delivery_id, task_ids }) =>
    delivery_id ? [{ id, delivery_id, task_ids }] : []
  );
  const given_up = [...asked.values()].some((one) => isDelivery(one.kind) && one.unsure > 0);
  const known = new Set(promised.map(({ delivery_id }) => delivery_id));
  return [
    ...promised.filter(({ delivery_id }) => !rows.has(delivery_id))
      .map(({ id }) => `the delivery of ${id} was accepted and is lost`),
    // A retry by a person adds a task of its own to what was promised.
    ...promised.filter(({ delivery_id, task_ids }) =>
      rows.get(delivery_id)?.some((task_id) => !task_ids.includes(task_id))
    ).map(({ id }) => `the delivery of ${id} has other tasks than were promised`),
    ...(given_up ? [] : [...rows.keys()].filter((id) => !known.has(id))
      .map((id) => `nobody knows of delivery ${id}`)),
  ];
}

const isDelivery = (kind: string) => ["github", "slack", "custom"].includes(kind);

/** What was promised is there once; what is there was asked for. */
export function taskProblems({ tasks }: Rows, ledger: Ledger): string[] {
  const there = new Set(tasks.map(({ task_id }) => task_id));
  const lost = [...ledger.byTask()].filter(([task_id]) => !there.has(task_id))
    .map(([task_id, { id }]) => `the task ${task_id} of ${id} was promised and is lost`);
  const counts = new Map<string, number>();
  const unknown: string[] = [];
  for (const { task_id, input_message } of tasks) {
    const id = SCRIPTED.exec(input_message)?.[1];
    if (id && ledger.asked.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
    else if (!input_message.match(WORD)) unknown.push(`nobody asked for the task ${task_id}`);
  }
  const doubled = [...counts].filter(([id, count]) => {
    const { task_ids, unsure } = ledger.asked.get(id)!;
    return count > task_ids.length + unsure;
  }).map(([id, count]) => `${id} was asked for once and has ${count} tasks`);
  return [...lost, ...unknown, ...doubled];
}
