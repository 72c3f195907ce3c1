import assert from "node:assert/strict";
import { grouped } from "@/db/grouped.ts";

/** A call that ends when it is told to. */
class Call {
  readonly #ended = Promise.withResolvers<void>();
  constructor(readonly items: number[]) {}
  end = () => this.#ended.resolve();
  fail = () => this.#ended.reject(new Error(`no ${this.items}`));
  async result() {
    await this.#ended.promise;
    return this.items.map((item) => item * 10);
  }
}

/** Calls as they begin, one after the other. */
function recorder(patience_ms: number) {
  const waiting: ((call: Call) => void)[] = [];
  const begun: Call[] = [];
  const ask = grouped<number, number>({
    largest: 3,
    in_flight: 2,
    patience_ms,
    run: (items) => {
      const call = new Call(items);
      const reader = waiting.shift();
      if (reader) reader(call);
      else begun.push(call);
      return call.result();
    },
  });
  const next = () => begun.shift() ?? new Promise<Call>((begin) => void waiting.push(begin));
  return { ask, next, begun };
}

const FOR_EVER_MS = 100_000;

Deno.test("one alone starts at once; who comes while it is under way shares the next call", async () => {
  const { ask, next, begun } = recorder(FOR_EVER_MS);
  const first = ask(1);
  const one = await next();
  const others = [2, 3, 4, 5].map(ask);
  await Promise.resolve();
  assert.deepEqual(begun, [], "nothing starts beside it");
  one.end();
  assert.equal(await first, 10);
  const two = await next();
  assert.deepEqual(two.items, [2, 3, 4], "as many as one call takes");
  two.end();
  const three = await next();
  assert.deepEqual(three.items, [5]);
  three.end();
  assert.deepEqual(await Promise.all(others), [20, 30, 40, 50]);
});

Deno.test("behind a slow call the next one starts beside it, and no third", async () => {
  const { ask, next, begun } = recorder(1);
  const first = ask(1);
  const slow = await next();
  const second = ask(2);
  const beside = await next();
  assert.deepEqual(beside.items, [2]);
  const third = ask(3);
  await new Promise((resolve) => setTimeout(resolve, 20)); // it would have started by now
  assert.deepEqual(begun, []);
  beside.end();
  assert.equal(await second, 20);
  (await next()).end();
  assert.equal(await third, 30);
  slow.end();
  assert.equal(await first, 10);
});

Deno.test("when a call fails, its members are tried alone", async () => {
  const { ask, next } = recorder(FOR_EVER_MS);
  const first = ask(1);
  const one = await next();
  const others = [2, 3].map(ask);
  one.end();
  await first;
  (await next()).fail();
  const alone = await next();
  assert.deepEqual(alone.items, [2]);
  alone.fail();
  (await next()).end();
  const [two, three] = await Promise.allSettled(others);
  assert.equal(two.status, "rejected");
  assert.deepEqual(three, { status: "fulfilled", value: 30 });
});
