/** The real CLI's prices, and our estimate for what it did not price itself. */
import assert from "node:assert/strict";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { estimateCost } from "@/workers/claude/prices.ts";
import { claudeSettings, claudeTask, runToEnd, testFolders } from "@/tests/helpers/claude.ts";

const SMALL = [1000, 200, 30_000, 4000];
/** Beyond what costs more with some models. */
const LARGE = [200_000, 200, 30_000, 4000];

/** A name as it is asked for, the model that it means, and what its one message has of tokens. */
const CASES: [string, string, number[]][] = [
  ["haiku", "claude-haiku-5-5", SMALL],
  ["haiku", "claude-haiku-5-5", LARGE],
  ["sonnet", "claude-sonnet-5-5", SMALL],
  ["opus", "claude-opus-5-5", SMALL],
  ["fable", "claude-fable-5-2", SMALL],
  ["claude-haiku-4-5", "claude-haiku-4-5", SMALL],
  ["claude-sonnet-4-6", "claude-sonnet-4-6", SMALL],
  ["claude-opus-4-8", "claude-opus-4-8", SMALL],
  ["claude-unheard-of-1", "claude-unheard-of-1", SMALL],
];

Deno.test("each name means the model that we think, and costs what we would estimate", async () => {
  await using model = await startScriptedModel();
  const settings = await claudeSettings(model);
  const pending = CASES.values();
  async function ask(): Promise<void> {
    for (const [name, meant, counts] of pending) {
      await using folders = await testFolders();
      const task = claudeTask(`[[usage:${counts.join(":")}]]`, { model: name });
      const { result, events } = await runToEnd(task, folders, settings);
      assert.equal(events.find((event) => event.type === "init")!.model, meant);
      const { cost_usd } = result.usage;
      const estimate = estimateCost(meant, result.usage);
      assert.ok(Math.abs(cost_usd - estimate) < 1e-9, `${meant}: ${cost_usd}, we: ${estimate}`);
    }
  }
  await Promise.all([ask(), ask()]);
});
