/** A run that was not allowed something ends honestly: at the source, on the page, in list and API. */
import assert from "node:assert/strict";
import { startSystem, type System } from "@/tests/flows/system.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";
import { makeRepository, serveRepositories } from "@/tests/workers/git_server.ts";

const MARK = /completed<\/span><span class="badge is-refused">.*?with refusals/;

/** The row of a task in the list of all of them. */
async function rowOf(s: System, task_id: string): Promise<string> {
  const { text } = await s.call("GET", "/");
  const [, row] = text.split(`id="task-${task_id}"`);
  return row.split("</tr>")[0];
}

Deno.test("a review that wanted to run the tests says that it did not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "repositories-" });
  await Deno.mkdir(`${folder}/Codertocat`);
  const commits = "echo 'x' > a.txt && git add -A && git commit -q -m first";
  await makeRepository(folder, "Codertocat/Hello-World", commits);
  await using git = serveRepositories(folder, "ghs_notAToken0123456789");
  await using s = await startSystem({
    worker: { env: { GITHUB_URL: git.url, GITHUB_TOKEN: "ghs_notAToken0123456789" } },
  });
  await s.startWorker();
  const { json } = await s.deliver(commentOf("@agent review [[bash:npm test]]"));
  const { task_id } = await s.ended(json.task_ids[0]);

  const { json: task } = await s.call("GET", `/api/tasks/${task_id}`);
  assert.deepEqual([task.status, task.output], ["completed", "Done."]);
  assert.deepEqual(task.refusals, [
    { tool: "Bash", what: "npm test", count: 1, by_sub_agent: false, made_good: false },
  ]);
  await s.github.until(() => s.github.comments.length === 1);
  assert.match(s.github.comments[0].body, /Done\.\n\nNot allowed: Bash\.\s*$/);
  const path = `/api/conversations/${task.conversation_id}/messages`;
  const { json: messages } = await s.call("GET", path);
  assert.equal(messages.items.at(-1).content, "Done.\n\nNot allowed: Bash.");
  const { text: page } = await s.call("GET", `/tasks/${task_id}`);
  assert.match(page, MARK);
  assert.match(page, /<p class="seen"[^>]*>Not allowed: Bash\.<\/p>/);
  assert.match(page, /<li >Bash: npm test<\/li>/);
  assert.match(await rowOf(s, task_id), MARK);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what a sub-agent was refused is told as well; a chat has it on its page alone", async () => {
  await using s = await startSystem();
  await s.startWorker();
  const task_id = await s.chat("[[subagent:planning:bash:npm test]]");
  const task = await s.ended(task_id);
  assert.equal(task.error, null);
  assert.deepEqual(task.refusals?.map(({ tool, by_sub_agent }) => [tool, by_sub_agent]), [
    ["Bash", true],
  ]);
  assert.deepEqual(task.coverage?.sub_agents, { count: 1, names: ["planning"] });
  const { text: page } = await s.call("GET", `/tasks/${task_id}`);
  assert.match(page, /Started 1 sub-agent\. Not allowed: Bash \(sub-agent\)\./);
  const path = `/api/conversations/${task.conversation_id}/messages`;
  const { json: messages } = await s.call("GET", path);
  assert.equal(messages.items.at(-1).content, "The sub-agent finished.");

  const plain = await s.ended(await s.chat("[[hello]]"));
  assert.deepEqual(plain.refusals, []);
  const row = await rowOf(s, plain.task_id);
  assert.ok(row.includes("completed") && !row.includes("refusals"));
});
