/** The whole way where GitHub signs for its app, and where the base moves on meanwhile. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { StepScript } from "@/server/demo/steps.ts";
import { workshop } from "@/tests/flows/workflow_scene.ts";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const APP = {
  GITHUB_APP_ID: "7",
  GITHUB_APP_PRIVATE_KEY: keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
};

Deno.test("what an app's executor made is signed by GitHub, verified and proposed", async () => {
  await using w = await workshop({ worker: { env: APP } });
  const { s } = w;
  await w.say("@agent fix the greeting");
  await w.workflow(({ waits_for }) => waits_for === "approval");
  await w.say("LGTM");
  const made = await w.workflow(({ waits_for }) => waits_for === "pull_request");
  const head = await w.git("rev-parse", made.branch!);
  assert.equal(s.github.commits.length, 1);
  assert.equal(made.head_commit, head);
  assert.match(await w.git("cat-file", "commit", head), /\ngpgsig /);
  const prompts = s.model.requests.map(({ body }) => JSON.stringify(body.messages)).join();
  assert.ok(prompts.includes(`to commit ${head}.`), "the verifier looks at that commit");
  const [pull] = s.github.pulls;
  assert.deepEqual([pull.draft, pull.head], [false, head]);
  await s.github.until(() => /made and verified/.test(s.github.comments[1]?.body ?? ""));
  assert.doesNotMatch(s.github.comments[1].body, /not signed/);
});

/** The branch `moved` is where the base goes while the first round is pushed. */
const COMMITS = `
  echo '# Hello' > README.md && git add -A && git commit -q -m first
  git checkout -q -b moved && echo '# Theirs' > README.md && echo more > more.txt
  git add -A && git commit -q -m theirs && git checkout -q trunk`;

const executor: StepScript = ({ checkout, prompt }) => {
  const text = /both\s+sides\s+stand between markers/.test(prompt) ? "# Both" : "# Ours";
  return [
    {
      text: "I write it. ",
      tools: [{
        name: "Bash",
        input: { command: `echo '${text}' > '${checkout}/README.md'`, description: "Write it" },
      }],
    },
    {
      tools: [{
        name: "StructuredOutput",
        input: { summary: "Wrote it.", tests_run: [], outside_plan: [], left_out: [] },
      }],
    },
  ];
};

Deno.test("a base that contradicts the change is resolved by the executor's next round", async () => {
  await using w = await workshop({ commits: COMMITS, steps: { executor } });
  const { s } = w;
  await w.say("@agent fix the greeting");
  await w.workflow(({ waits_for }) => waits_for === "approval");
  s.github.git!.beforeNextPush(async () => {
    await w.git("update-ref", "refs/heads/trunk", "moved");
  });
  await w.say("LGTM");
  const made = await w.workflow(({ waits_for }) => waits_for === "pull_request");
  assert.equal(made.round, 2);
  assert.equal(await w.git("show", `${made.branch}:README.md`), "# Both");
  assert.equal(await w.git("show", `${made.branch}:more.txt`), "more");
  const [, base] = (await w.git("log", "-1", "--format=%P", made.branch!)).split(" ");
  assert.equal(base, await w.git("rev-parse", "trunk"));
  assert.equal(s.github.pulls.length, 1);
  assert.equal(s.github.pulls[0].draft, false);
});
