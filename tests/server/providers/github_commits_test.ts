import assert from "node:assert/strict";
import {
  BASE_SHA,
  BRANCH,
  HEAD_SHA,
  hub,
  refusal,
  REPOSITORY,
  WANTED,
} from "./github_pulls_scene.ts";
import { failure } from "./github_reply_scene.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const COMMIT = {
  branch: BRANCH,
  expected_head: HEAD_SHA,
  message: "Round once\n\nAt the end.\n",
  files: [
    { path: "src/money.ts", mode: "100644", contents: bytes("é\u0000") },
    { path: "old.ts", mode: "100644", contents: null },
  ],
};

Deno.test("GitHub makes a commit of regular files on top of the head that we know", async () => {
  await using h = hub("app");
  await h.requests.createCommit!(h.at, COMMIT);
  assert.deepEqual(h.rights(), [{ contents: "write" }]);
  assert.deepEqual(h.recorder.commits, [{
    branch: { repositoryNameWithOwner: REPOSITORY, branchName: BRANCH },
    expectedHeadOid: HEAD_SHA,
    message: { headline: "Round once", body: "At the end." },
    fileChanges: {
      additions: [{ path: "src/money.ts", contents: "w6kA" }],
      deletions: [{ path: "old.ts" }],
    },
  }]);
});

Deno.test("a branch that is not there yet begins at that head", async () => {
  await using h = hub();
  const wanted = { ...COMMIT, branch: "agent/13-new", expected_head: BASE_SHA };
  const commit = await h.requests.createCommit!(h.at, wanted);
  const opened = await h.requests.open(h.at, { ...WANTED, branch: "agent/13-new" });
  assert.equal(opened.head, commit);
});

Deno.test("a head that moved, and files that would become others, are refused", async () => {
  await using h = hub();
  const stale = await failure(
    h.requests.createCommit!(h.at, { ...COMMIT, expected_head: BASE_SHA }),
  );
  assert.match(stale.message, /^committing to agent\/12-cents: .*STALE_DATA/);
  assert.equal(stale.permanent, true);
  for (const mode of ["100755", "120000", "160000"]) {
    const files = [{ path: "run.sh", mode, contents: bytes("x") }];
    const error = await failure(h.requests.createCommit!(h.at, { ...COMMIT, files }));
    assert.match(error.message, new RegExp(`run.sh has the mode ${mode}.*GIT_SIGNING_KEY`));
  }
  assert.deepEqual(h.recorder.commits, []);
});

Deno.test("the base is merged into a pull request whose head we know, once", async () => {
  await using h = hub();
  await h.requests.open(h.at, WANTED);
  await h.requests.updateBranch!(h.at, 101, HEAD_SHA);
  const { head } = await h.requests.get(h.at, 101);
  assert.notEqual(head, HEAD_SHA);
  await h.requests.updateBranch!(h.at, 101, head);
  assert.equal((await h.requests.get(h.at, 101)).head, head, "there is nothing more to merge");
  const stale = await failure(h.requests.updateBranch!(h.at, 101, HEAD_SHA));
  assert.match(stale.message, /bringing pull request #101 up to date: .*match current head/);
  const conflict = refusal(422, "merge conflict between base and head");
  h.recorder.failNext("PUT", /update-branch$/, conflict);
  const error = await failure(h.requests.updateBranch!(h.at, 101, head));
  assert.match(error.message, /merge conflict/);
});
