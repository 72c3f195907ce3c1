/** An operator says for one repository that submodules are fetched; elsewhere the prompt says so. */
import assert from "node:assert/strict";
import { REPOSITORY, workshop } from "@/tests/flows/workflow_scene.ts";
import { commentOf } from "@/tests/server/webhooks/samples.ts";

/** It holds an older commit of itself. */
const COMMITS = `
  echo '# Hello' > README.md && git add -A && git commit -q -m first
  id=$(git rev-parse HEAD)
  printf '[submodule "s"]\\n\\tpath = lib\\n\\turl = ../Hello-World.git\\n' > .gitmodules
  git add -A && git update-index --add --cacheinfo 160000,$id,lib && git commit -q -m second`;

Deno.test("submodules are fetched where an operator allows it, and else said to be missing", async () => {
  await using w = await workshop({
    commits: COMMITS,
    server: { REPOSITORIES: "github:Codertocat/*" },
  });
  const { s } = w;
  const ask = async (id: number) => {
    const { json } = await s.deliver(commentOf("@agent analyze this", (payload) => {
      payload.comment.id = id;
      payload.comment.body = `@agent analyze this ${id}`;
    }));
    const task = await s.ended(json.task_ids[0]);
    const prompts = s.model.requests.map(({ body }) => JSON.stringify(body.messages));
    return { task, prompt: prompts.findLast((text) => text.includes(`analyze this ${id}`)) ?? "" };
  };
  const before = await ask(492700901);
  assert.match(before.prompt, /Not fetched: its 1 submodule \(the folders are empty\)/);
  assert.match(JSON.stringify(before.task.coverage), /submodules, which are not fetched/);

  const wish = { repository: `github:${REPOSITORY}`, submodules: true };
  assert.equal((await s.call("PUT", "/api/repositories", wish)).status, 200);
  const after = await ask(492700902);
  assert.match(after.prompt, /Its submodules are there to be read[^:]*: lib\./);
  assert.doesNotMatch(after.prompt, /Not fetched/);
  assert.doesNotMatch(JSON.stringify(after.task.coverage), /submodules/);
});
