/** Messages that belong together, and many that do not: order, memory, and how much runs at once. */
import assert from "node:assert/strict";
import type { Task } from "@/db/tasks.ts";
import { inOrder, startSystem, type System } from "@/tests/flows/system.ts";

/** What the model was asked for the task whose prompt ends with this. */
function promptWith(s: System, end: string): string {
  const all = s.model.requests.map((request) => JSON.stringify(request.body.messages));
  const found = all.filter((text) => text.includes(`The request:\\n\\n${end}`));
  assert.equal(found.length, 1, `one request for ${end}`);
  return found[0];
}

Deno.test("a conversation", async (t) => {
  const step = inOrder(t);
  await using s = await startSystem();
  const worker = await s.startWorker({ env: { MAX_CONCURRENT_TASKS: "3" } });
  const first = await s.ended(await s.chat("[[hello]] the word is anemone"));
  const { conversation_id } = first;

  await step(
    "three messages at once run one after the other, each knowing those before",
    async () => {
      const words = ["begonia", "cyclamen", "dahlia"];
      const ids = await Promise.all(
        words.map((word) => s.chat(`[[hello]] the word is ${word}`, { conversation_id })),
      );
      const tasks = await Promise.all(ids.map((id) => s.ended(id)));
      const ordered = tasks.toSorted((a, b) => a.task_id < b.task_id ? -1 : 1);
      assert.deepEqual(ordered.map((task) => task.status), Array(3).fill("completed"));
      ordered.reduce((before, after) => {
        assert.ok(before.completed_at! <= after.started_at!, "one ends before the next begins");
        return after;
      });
      const known: string[] = ["anemone"];
      for (const { input_message } of ordered) {
        const prompt = promptWith(s, input_message);
        const word = input_message.split(" ").at(-1)!;
        for (const earlier of known) assert.ok(prompt.includes(`the word is ${earlier}`), earlier);
        const later = words.filter((other) => other !== word && !known.includes(other));
        for (const other of later) assert.ok(!prompt.includes(other), `${other} comes later`);
        assert.equal(prompt.split("[assistant]").length - 1, known.length, "with their answers");
        known.push(word);
      }
    },
  );

  await step("start fresh: nothing of before is in the prompt, and it is another one", async () => {
    const task = await s.ended(
      await s.chat("start fresh: [[hello]] which words?", { conversation_id }),
    );
    assert.equal(task.status, "completed");
    assert.notEqual(task.conversation_id, conversation_id);
    const asked = JSON.stringify(s.model.requests.at(-1)!.body.messages);
    assert.match(asked, /which words\?/);
    assert.doesNotMatch(asked, /anemone|start fresh/);
  });

  await step("the old one goes on where it was", async () => {
    await s.ended(await s.chat("[[hello]] and now?", { conversation_id }));
    assert.match(promptWith(s, "[[hello]] and now?"), /anemone[\s\S]*dahlia/);
  });

  await step("a stopped one is told to the next", async () => {
    const task_id = await s.chat("[[sleep:1000]] narcissus", { conversation_id });
    await s.until(task_id, (task) => task.last_seq >= 3);
    const next = await s.chat("[[hello]] what happened?", { conversation_id });
    await s.call("POST", `/api/tasks/${task_id}/stop`);
    assert.equal((await s.ended(next)).status, "completed", "it was waiting, and its turn came");
    assert.match(
      promptWith(s, "[[hello]] what happened?"),
      /\[system\]\\nCancelled: Stopped by admin/,
    );
  });
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});

Deno.test("six tasks on two places: never three at once, and nobody waits for polling", async () => {
  await using s = await startSystem();
  const worker = await s.startWorker({ env: { MAX_CONCURRENT_TASKS: "2" } });
  const ids = await Promise.all(
    Array.from({ length: 6 }, (_, n) => s.chat(`[[slow:10:20]] number ${n}`)),
  );
  const tasks = await Promise.all(ids.map((id) => s.ended(id)));
  assert.ok(tasks.every((task) => task.status === "completed"));
  assert.equal(mostAtOnce(tasks), 2, "two at once, no more, no less");
  // Without a wake-up a slot looks again after 0.5 to 2 s: as long as a short run itself.
  const waits = pausesOfPlaces(tasks, 2);
  assert.equal(waits.length, 4);
  const sum = (all: number[]) => all.reduce((sum, ms) => sum + ms, 0);
  const ran = tasks.map((task) => task.completed_at!.getTime() - task.started_at!.getTime());
  assert.ok(
    sum(waits) < sum(ran) / 8,
    `slots stood empty for ${waits} ms, of ${sum(ran)} ms of work`,
  );
  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
});

function mostAtOnce(tasks: Task[]): number {
  const at = (task: Task) =>
    tasks.filter((other) =>
      other.started_at! <= task.started_at! && task.started_at! < other.completed_at!
    ).length;
  return Math.max(...tasks.map(at));
}

/** For each task that had to wait: how long the place that it took had been empty, in milliseconds. */
function pausesOfPlaces(tasks: Task[], places: number): number[] {
  const starts = tasks.map((task) => task.started_at!.getTime()).sort((a, b) => a - b);
  const ends = tasks.map((task) => task.completed_at!.getTime()).sort((a, b) => a - b);
  return starts.slice(places).map((start, n) => start - ends[n]);
}
