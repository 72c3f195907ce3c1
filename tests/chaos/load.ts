/** People and services that go on asking, whatever happens to the product. */
import { call, send } from "@/tests/chaos/client.ts";
import { type Delivery, deliveryOf, type Service } from "@/tests/chaos/deliveries.ts";
import type { Asked, Ledger } from "@/tests/chaos/ledger.ts";
import { script } from "@/tests/chaos/outside.ts";
import { pause } from "@/tests/chaos/patience.ts";
import type { Product } from "@/tests/chaos/product.ts";
import type { Random } from "@/tests/chaos/random.ts";

export interface Load {
  /** Resolves when everybody has an answer, or has given up. */
  stop(): Promise<void>;
}

interface Caller {
  product: Product;
  ledger: Ledger;
  random: Random;
}

const CALLERS = 4;
const MOST_QUEUED = 6;
const PLACES = 12;
const GIVE_UP_MS = 120_000;

/** Starts asking; what got a promise is in the ledger. */
export function startLoad(caller: Caller): Load {
  let over = false;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!over) {
      await pause(caller.random.between(50, 400));
      if (await isBusy(caller)) continue;
      await choose(caller.random)(caller);
    }
  });
  return {
    async stop() {
      over = true;
      await Promise.all(callers);
    },
  };
}

const ACTIONS: [share: number, act: (caller: Caller) => Promise<void>][] = [
  [40, (caller) => deliver(caller, "github")],
  [12, (caller) => deliver(caller, "custom")],
  [6, (caller) => deliver(caller, "slack")],
  [14, (caller) => ask(caller, "chat")],
  [10, (caller) => ask(caller, "api")],
  [9, say],
  [5, stop],
  [4, retry],
];

function choose(random: Random): (caller: Caller) => Promise<void> {
  let at = random.number() * ACTIONS.reduce((sum, [share]) => sum + share, 0);
  return ACTIONS.find(([share]) => (at -= share) < 0)![1];
}

async function isBusy({ product }: Caller): Promise<boolean> {
  const answer = await call(product, "GET", "/api/tasks?status=queued&limit=20");
  return answer?.status === 200 && answer.json.items.length >= MOST_QUEUED;
}

/** A prompt, mostly for a quick answer. */
function promptOf({ random }: Caller, { id }: Asked): string {
  return random.chance(0.75)
    ? script(id, Math.floor(random.between(1, 4)), 0)
    : script(id, Math.floor(random.between(20, 60)), 100);
}

async function deliver(caller: Caller, service: Service): Promise<void> {
  const { product, ledger, random } = caller;
  const asked = ledger.ask(service);
  const place = Math.floor(random.between(0, PLACES));
  const delivery = deliveryOf(service, promptOf(caller, asked), place, product.secrets[service]);
  await deliverUntilTaken(caller, asked, delivery);
  if (random.chance(0.15)) await deliverUntilTaken(caller, asked, delivery); // once more for nothing
}

/** As the services do it: the same delivery again and again, until there is a 2xx. */
async function deliverUntilTaken(
  { product, ledger, random }: Caller,
  asked: Asked,
  { path, request }: Delivery,
): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (performance.now() < deadline) {
    const answer = await send(product.url + path, request);
    if (answer?.status === 200) return note(ledger, asked, answer.json);
    if (answer && answer.status < 500) {
      ledger.surprises.push(`${path} answered ${answer.status} to ${asked.id}`);
      return;
    }
    await pause(random.between(100, 600));
  }
  asked.unsure++;
}

// deno-lint-ignore no-explicit-any -- as it came
function note(ledger: Ledger, asked: Asked, { outcome, delivery_id, task_ids }: any): void {
  if (!["accepted", "duplicate"].includes(outcome)) {
    ledger.surprises.push(`the delivery of ${asked.id} was ${outcome}`);
  } else if (asked.delivery_id === null) {
    Object.assign(asked, { delivery_id, task_ids });
  } else if (String(asked.task_ids) !== String(task_ids)) {
    ledger.surprises.push(`${asked.id} was promised twice: ${asked.task_ids} and ${task_ids}`);
  }
}

/** As a person does it: once. Without an answer nobody knows whether there is a task. */
async function ask(caller: Caller, kind: "chat" | "api"): Promise<void> {
  const asked = caller.ledger.ask(kind);
  const text = promptOf(caller, asked);
  const answer = kind === "chat"
    ? await call(caller.product, "POST", "/api/chat", { message: text })
    : await call(caller.product, "POST", "/api/tasks", { prompt: text });
  if (answer?.status === 202) asked.task_ids.push(answer.json.task_id);
  else asked.unsure++;
}

async function oneRunning({ product, random }: Caller): Promise<string | null> {
  const answer = await call(product, "GET", "/api/tasks?status=running&limit=20");
  if (answer?.status !== 200 || answer.json.items.length === 0) return null;
  return random.pick<{ task_id: string }>(answer.json.items).task_id;
}

async function say(caller: Caller): Promise<void> {
  const task_id = await oneRunning(caller);
  if (!task_id) return;
  const word = caller.ledger.word();
  const message = `One more thing: ${word}`;
  const answer = await call(caller.product, "POST", `/api/tasks/${task_id}/input`, { message });
  if (answer?.status === 202) caller.ledger.said.set(word, { task_id });
}

async function stop(caller: Caller): Promise<void> {
  const task_id = await oneRunning(caller);
  if (!task_id) return;
  const answer = await call(caller.product, "POST", `/api/tasks/${task_id}/stop`);
  if (answer?.status === 200 || answer?.status === 202) caller.ledger.stopped.add(task_id);
}

async function retry({ product, ledger, random }: Caller): Promise<void> {
  const promised = [...ledger.asked.values()].filter(({ task_ids }) => task_ids.length > 0);
  if (promised.length === 0) return;
  const asked = random.pick(promised);
  const answer = await call(product, "POST", `/api/tasks/${asked.task_ids[0]}/retry`);
  if (answer?.status === 202) asked.task_ids.push(answer.json.task_id);
  else if (answer === null || answer.status >= 500) asked.unsure++;
}
