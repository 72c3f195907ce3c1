/** The real CLI: how each failure of the API ends, and whether it was tried again. */
import assert from "node:assert/strict";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { claudeSettings, claudeTask, runToEnd, testFolders } from "@/tests/helpers/claude.ts";

interface Failure {
  /** How often the API was asked. */
  requests: number;
  /** Of those, how often by a retry that was told. */
  retries: number;
  /** What the run says at its end; null: it recovered. */
  error: RegExp | null;
}

const FAILURES: Record<string, Failure> = {
  // Any 400 may be about a beta, so it is asked again without the two that the CLI can do without.
  "[[err:400]]": { requests: 3, retries: 0, error: /^API Error: 400 Scripted/ },
  "[[err:403]]": { requests: 1, retries: 0, error: /403/ },
  // A 404 once more, without a stream.
  "[[err:404]]": { requests: 2, retries: 0, error: /selected model/ },
  "[[err:413]]": { requests: 1, retries: 0, error: /too large/ },
  "[[err:500]]": { requests: 4, retries: 3, error: /^API Error: 500 Scripted/ },
  "[[err:500:1]]": { requests: 2, retries: 1, error: null },
  "[[err:429:1:1]]": { requests: 2, retries: 1, error: null },
  "[[err:429:9:3600]]": { requests: 1, retries: 0, error: /Request rejected \(429\)/ },
  "[[stop:max_tokens]]": { requests: 4, retries: 0, error: /output token maximum/ },
  "[[stop:refusal]]": { requests: 2, retries: 0, error: /safeguards/ },
};

Deno.test("each failure of the API ends as we tell it", async () => {
  const pending = Object.entries(FAILURES).values();
  async function play(): Promise<void> {
    for (const [prompt, { requests, retries, error }] of pending) {
      await using model = await startScriptedModel();
      await using folders = await testFolders();
      const settings = await claudeSettings(model);
      const { result, rows } = await runToEnd(claudeTask(prompt), folders, settings);
      const told = rows.filter((row) => row.data?.subtype === "api_retry").length;
      assert.deepEqual([model.requests.length, told], [requests, retries], prompt);
      assert.deepEqual([result.status, result.exit_code], error ? ["failed", 1] : ["completed", 0]);
      if (error) assert.match(result.error!, error);
      else assert.equal(result.output, "Recovered.");
    }
  }
  await Promise.all([play(), play()]);
});

Deno.test("an answer that breaks off is asked for again, and is paid for each time", async () => {
  const scenario = () => [{ text: "Half of ", drop: true }];
  await using model = await startScriptedModel({ scenarios: { breaks: scenario } });
  await using folders = await testFolders();
  const settings = await claudeSettings(model);
  const { result, rows } = await runToEnd(claudeTask("[[breaks]]"), folders, settings);
  // The last request is not streamed, and this model does not break that off.
  assert.deepEqual([result.status, result.output], ["completed", "Half of "]);
  assert.equal(model.requests.at(-1)!.body.stream, false);
  assert.ok(rows.some((row) => row.data?.subtype === "api_retry"));
  assert.equal(result.usage.cost_usd, rows.at(-1)!.data!.total_cost_usd);
});
