/** The real CLI: messages into a running session, and a session that goes on after a crash. */
import assert from "node:assert/strict";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import type { OutputRow } from "@/db/nouns/output.ts";
import { killTree } from "@/workers/claude/process_tree.ts";
import { hasTranscript } from "@/workers/claude/transcript.ts";
import {
  claudeSettings,
  claudeTask,
  runToEnd,
  testFolders,
  watchRun,
} from "@/tests/helpers/claude.ts";
import { changeMakes } from "@/tests/helpers/processes.ts";

Deno.test("a message that comes while a tool runs reaches the model in the same run", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = claudeTask("[[bash:until [ -e go ]; do sleep 0.05; done]]");
  const run = watchRun(task, folders, await claudeSettings(model));
  await run.row((row) => row.kind === "tool_use");
  run.send("And please mention the weather.");
  await Deno.writeTextFile(`${folders.work}/go`, "");
  const taken = await run.row((row) => row.data?.subtype === "message");
  assert.equal(taken.text, "And please mention the weather.");
  const result = await run.done;
  assert.equal(result.output, "Done.");
  assert.match(JSON.stringify(model.requests.at(-1)!.body.messages), /mention the weather/);
});

Deno.test("a message that comes with the last words gets a turn of its own, slash or not", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const run = watchRun(claudeTask("[[slow:10:50]]"), folders, await claudeSettings(model));
  await run.row((row) => row.text?.includes("tok7") ?? false);
  run.send("/compact is what I say [[big:4000000]]");
  const result = await run.done;
  assert.equal(result.status, "completed", result.error ?? "");
  assert.equal(
    run.events.filter((event) => event.type === "output" && event.row.kind === "result").length,
    2,
  );
  assert.match(JSON.stringify(model.requests.at(-1)!.body.messages), /compact is what I say/);
  assert.equal(result.output!.length, 4_000_000, "stdin stays open until that turn has ended too");
});

/** Each prompt, what is waited for before the kill, and what is done to the transcript. */
const CRASHES: [string, (row: OutputRow) => boolean, string][] = [
  ["[[bash:sleep 1000]]", (row) => row.kind === "tool_use", ""],
  ["[[slow:300:50]]", (row) => row.text?.includes("tok3") ?? false, '{"type":"assistant","mess'],
];

for (const [prompt, isThere, half_a_line] of CRASHES) {
  Deno.test(`a session goes on after kill -9 in ${prompt}, with all that was said before`, async () => {
    await using model = await startScriptedModel();
    await using folders = await testFolders();
    const settings = await claudeSettings(model);
    const task = claudeTask(`${prompt} The codeword is heron.`);
    const first = watchRun(task, folders, settings);
    await first.row(isThere);
    await changeMakes(folders.config, () => hasTranscript(folders, task.cli_session_id));
    await killTree(task.run_id, first.pid);
    assert.equal((await first.done).status, "failed");
    const [project] = [...Deno.readDirSync(`${folders.config}/projects`)];
    const path = `${folders.config}/projects/${project.name}/${task.cli_session_id}.jsonl`;
    await Deno.writeTextFile(path, half_a_line, { append: true });

    const again = { ...task, prompt: "[[hello]]", resume: true, run_id: crypto.randomUUID() };
    const { result, rows } = await runToEnd(again, folders, settings);
    const said = "Hello from the scripted model.";
    assert.deepEqual([result.status, result.output], ["completed", said]);
    assert.equal(result.cli_session_id, task.cli_session_id);
    assert.match(JSON.stringify(model.requests.at(-1)!.body.messages), /codeword is heron/);
    assert.ok(!rows.some((row) => row.kind === "error"));
  });
}

Deno.test("a transcript that the CLI had only begun is none", async () => {
  await using folders = await testFolders();
  const id = crypto.randomUUID();
  assert.equal(await hasTranscript(folders, id), false);
  const path = `${folders.config}/projects/-work/${id}.jsonl`;
  await Deno.mkdir(`${folders.config}/projects/-work`, { recursive: true });
  await Deno.writeTextFile(path, '{"type":"agent-setting"}\n{"type":"us');
  assert.equal(await hasTranscript(folders, id), false);
  await Deno.writeTextFile(path, '{"type":"agent-setting"}\n{"type":"user","message":{}}\n{"ty');
  assert.equal(await hasTranscript(folders, id), true);
});

Deno.test("a session that is not there fails with the CLI's own reason", async () => {
  await using model = await startScriptedModel();
  await using folders = await testFolders();
  const task = claudeTask("[[hello]]", { resume: true });
  const { result } = await runToEnd(task, folders, await claudeSettings(model));
  assert.equal(result.status, "failed");
  assert.match(result.error!, /No conversation found/);
});
