/** The real CLI: what goes on behind a result, and what does not. */
import assert from "node:assert/strict";
import type { Scenario } from "@/server/demo/scenarios.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { processesOf } from "@/tests/helpers/processes.ts";
import {
  claudeSettings,
  claudeTask,
  rowsOf,
  testFolders,
  watchRun,
} from "@/tests/helpers/claude.ts";

const inBackground = (command: string, last: ReturnType<Scenario>[number]): Scenario => () => [
  {
    tools: [{
      name: "Bash",
      input: { command, description: "x", run_in_background: true },
    }],
  },
  { text: "I wait for it." },
  last,
];

const SECONDS = [
  "One ",
  "second ",
  "a ",
  "word ",
  "and ",
  "the ",
  "tests ",
  "pass ",
  "after ",
  "all.",
];

const SCENARIOS: Record<string, Scenario> = {
  // The last turn takes longer than a CLI has to exit after its last result.
  long: inBackground("true; sleep 1", { text: SECONDS, delay_ms: 1000 }),
  hangs: inBackground("true; sleep 1", { hang: "headers" }),
  server: inBackground("touch up; sleep 1000", { text: "Never said." }),
};

Deno.test("a turn behind the last result is limited like any other; what only runs on is ended", async () => {
  await using model = await startScriptedModel({ scenarios: SCENARIOS });
  const settings = await claudeSettings(model);
  async function play(name: string, timeout_seconds = 60) {
    await using folders = await testFolders();
    const task = claudeTask(`[[${name}]]`);
    task.limits.timeout_seconds = timeout_seconds;
    const run = watchRun(task, folders, settings);
    const result = await run.done;
    assert.deepEqual(processesOf(task.run_id), []);
    return { ...result, results: rowsOf(run.events).filter((row) => row.kind === "result").length };
  }
  const [long, hangs, server] = await Promise.all([play("long"), play("hangs", 6), play("server")]);

  assert.deepEqual([long.status, long.output, long.results], ["completed", SECONDS.join(""), 2]);
  assert.deepEqual([hangs.status, hangs.ended_by], ["failed", "time"]);
  assert.deepEqual([server.status, server.output], ["completed", "I wait for it."]);
  assert.equal(server.results, 1);
});

Deno.test("a message for a run whose sub-agent has just reported is heard in that run", async () => {
  await using model = await startScriptedModel({
    scenarios: {
      asks: (_args, _cwd) => [
        {
          tools: [{
            name: "Agent",
            input: { description: "x", prompt: "((hello))", subagent_type: "planning" },
          }],
        },
        // Long enough for the sub-agent to be done before this turn is.
        { text: ["It ", "works ", "on ", "it."], delay_ms: 200 },
        { text: ["It ", "says ", "hello."], delay_ms: 200 },
      ],
    },
  });
  await using folders = await testFolders();
  const run = watchRun(claudeTask("[[asks]]"), folders, await claudeSettings(model));
  await run.row((row) => row.kind === "result");
  run.send("And what is the weather?");
  const result = await run.done;
  assert.equal(result.status, "completed", result.error ?? "");
  assert.match(JSON.stringify(model.requests.at(-1)!.body.messages), /what is the weather/);
});
