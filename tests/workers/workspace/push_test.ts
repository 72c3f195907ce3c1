/** Commits go to a real git host by http, without force, and what it refuses is said in words. */
import assert from "node:assert/strict";
import { hang } from "@/server/demo/git_server.ts";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import { commitWorkspace } from "@/workers/workspace/commit.ts";
import { deleteBranch, type PushAccess, pushCommit, remoteHead } from "@/workers/workspace/push.ts";
import { pushRefusal } from "@/workers/workspace/push_refusal.ts";
import { COMMIT, run, type Scene, scene, TOKEN } from "@/tests/workers/workspace/change_scene.ts";

const BRANCH = "agent/7-say-three";

async function withCommit() {
  const s = await scene();
  await s.sh("echo three > two.txt");
  const { commit } = (await s.commit())!;
  const push = (changes: Partial<PushAccess> = {}, expected_head: string | null = null) =>
    pushCommit(s.bare, { ...s.access, ...changes }, { commit, branch: BRANCH, expected_head });
  return Object.assign(s, { commit: s.commit, made: commit, push });
}

/** Somebody else's commit on the branch, at the host. */
async function othersCommit(s: Scene): Promise<string> {
  const script = `cd "$1" && commit=$(git commit-tree -p trunk -m theirs trunk^{tree})
    git update-ref refs/heads/${BRANCH} $commit && echo $commit`;
  return (await run("sh", ["-ec", script, "sh", `${s.folder}/mine.git`])).trim();
}

async function refused(
  pushing: Promise<unknown>,
  expected: RegExp,
  permanent = true,
): Promise<void> {
  await assert.rejects(pushing, (error) => {
    assert.ok(error instanceof RepositoryError, String(error));
    assert.match(error.message, expected);
    assert.deepEqual([error.stage, error.permanent], ["push", permanent], error.message);
    assert.ok(!error.message.includes(TOKEN) && !error.message.includes(btoa(TOKEN)));
    return true;
  });
}

Deno.test("a commit becomes a branch; asked again, it is there already", async () => {
  await using s = await withCommit();
  assert.equal(await remoteHead(s.access, BRANCH), null);
  assert.deepEqual(await s.push(), { pushed: true });
  assert.equal(await remoteHead(s.access, BRANCH), s.made);
  assert.deepEqual(await s.push(), { pushed: false });
  const [pushed, ...more] = await s.server.pushes("mine");
  assert.deepEqual([pushed.ref, pushed.after, more], [`refs/heads/${BRANCH}`, s.made, []]);
  assert.equal(await s.git("for-each-ref", "refs/agent/"), "", "the host keeps it now");
  const { stdout } = await new Deno.Command("grep", { args: ["-rlF", TOKEN, s.bare] }).output();
  assert.equal(new TextDecoder().decode(stdout), "", "the token stays nowhere");
});

Deno.test("the branch goes on from where it was", async () => {
  await using s = await withCommit();
  await s.push();
  const ws = { ...s.ws, head: s.made };
  await s.sh("echo four > two.txt");
  const next = (await commitWorkspace(ws, { ...COMMIT, task_id: "round-2" }))!;
  const request = { commit: next.commit, branch: BRANCH, expected_head: s.made };
  assert.deepEqual(await pushCommit(s.bare, s.access, request), { pushed: true });
  assert.equal(await s.server.head("mine", BRANCH), next.commit);
});

Deno.test("commits of others are never pushed over, also when they come in between", async () => {
  await using s = await withCommit();
  const theirs = await othersCommit(s);
  await refused(s.push(), /The branch agent\/7-say-three .* has commits of others/);
  await refused(s.push({}, s.ws.head), /has commits of others/);
  await refused(s.push({}, theirs), /has commits of others/);
  assert.equal(await remoteHead(s.access, BRANCH), theirs);
  await using other = await withCommit();
  other.server.beforeNextPush(async () => void await othersCommit(other));
  await refused(other.push(), /has commits of others/);
  assert.deepEqual(await other.server.pushes("mine"), []);
});

Deno.test("the same commit that another try pushes meanwhile is there, and no refusal", async () => {
  await using s = await withCommit();
  let tries = 0;
  s.server.refuse("pushes", async ({ method }) => {
    if (method === "POST" && tries++ === 0) await s.push();
    return null;
  });
  assert.deepEqual(await s.push(), { pushed: true });
  assert.equal((await s.server.pushes("mine")).length, 1);
});

Deno.test("each refusal of the host has words of its own", async (t) => {
  const status = (code: number, text = "") => () => new Response(text, { status: code });
  const said: [string, () => Response, RegExp, boolean][] = [
    ["may not push", status(403), /The token may not push to .*mine.git/, true],
    ["another token", status(401), /did not take the token/, true],
    ["gone", status(404), /There is no repository at .*mine.git any more/, true],
    [
      "renamed",
      () =>
        new Response(null, {
          status: 301,
          headers: { location: "http://127.0.0.1:1/x/info/refs?service=git-receive-pack" },
        }),
      /has moved or was renamed/,
      true,
    ],
    ["broken", status(503), /has a problem of its own/, false],
    ["in a hurry", status(429), /wants us to wait/, false],
  ];
  for (const [name, how, expected, permanent] of said) {
    for (const what of ["pushes", "all"] as const) {
      await t.step(`${name} (${what})`, async () => {
        await using s = await withCommit();
        s.server.refuse(what, how);
        await refused(s.push(), expected, permanent);
        s.server.refuse(what, null);
        assert.deepEqual(await s.push(), { pushed: true }, "the commit was kept for the next try");
      });
    }
  }
});

Deno.test("a push that the host read and declined says why, in the host's words", async (t) => {
  const cases: [string, string, RegExp][] = [
    [
      "protected",
      "error: GH006: Protected branch update failed for refs/heads/x.",
      /is protected .*GH006/,
    ],
    [
      "GitLab",
      "GitLab: You are not allowed to push code to protected branches on this project.",
      /is protected/,
    ],
    [
      "a rule",
      "error: GH013: Repository rule violations found for refs/heads/x.",
      /is protected .*GH013/,
    ],
    [
      "signatures",
      "error: GH013: Repository rule violations found\n- Commits must have verified signatures.",
      /set GIT_SIGNING_KEY/,
    ],
    [
      "a secret",
      `error: GH013: Repository rule violations found\n- GITHUB PUSH PROTECTION\n  ${TOKEN}`,
      /found a secret in the commit/,
    ],
    [
      "large",
      "error: GH001: Large files detected. You may want to try Git LFS",
      /too large for it/,
    ],
    [
      "workflow",
      "refusing to allow a Personal Access Token to create or update workflow `.github/workflows/a.yml` without `workflow` scope",
      /needs the permission "workflows"/,
    ],
    ["archived", "This repository was archived so it is read-only.", /is archived/],
    [
      "a hook",
      "no pushes on Fridays",
      /declined the push to agent\/7-say-three: no pushes on Fridays/,
    ],
    ["a long one", "x ".repeat(5000), /declined the push .{0,340}$/],
  ];
  for (const [name, words, expected] of cases) {
    await t.step(name, async () => {
      await using s = await withCommit();
      await s.server.declinePushes("mine", words);
      await refused(s.push(), expected);
      await s.server.declinePushes("mine", null);
      assert.deepEqual(await s.push(), { pushed: true });
    });
  }
});

Deno.test("hosts that hang, or are not there, and addresses that are none", async () => {
  await using s = await withCommit();
  s.server.refuse("pushes", hang);
  await refused(s.push({ timeout_seconds: 2 }), /took longer than 2 seconds/, false);
  await refused(s.push({ url: "http://127.0.0.1:1/x.git" }), /could not be reached/, false);
  await refused(s.push({ token: "wrong" }), /did not take the token/);
  await assert.rejects(s.push({ url: "ssh://x/y" }), /by https, not by ssh/);
});

Deno.test("a branch that was deleted meanwhile is said to be gone, and is not made anew", async () => {
  await using s = await withCommit();
  await refused(s.push({}, s.ws.head), /is not at .* any more, and the work began on it/);
  assert.equal(await remoteHead(s.access, BRANCH), null);
});

Deno.test("a token in what a host says is taken out before that is cut", () => {
  const target = { url: new URL("https://example.com/a/b.git"), branch: BRANCH, secrets: [TOKEN] };
  for (const start of ["remote: ", "fatal: "]) {
    const { message } = pushRefusal(target, start + "x".repeat(295 - start.length) + TOKEN);
    assert.equal(message.includes(TOKEN.slice(0, 4)), false, message);
  }
});

Deno.test("a branch in the way of ours is named", async () => {
  await using s = await withCommit();
  await run("git", ["-C", `${s.folder}/mine.git`, "branch", "agent", "trunk"]);
  await refused(s.push(), /in its way|declined/);
});

Deno.test("a branch is deleted while it is where we left it, and once", async () => {
  await using s = await withCommit();
  await s.push();
  await refused(deleteBranch(s.access, BRANCH, s.ws.head), /has commits of others/);
  await deleteBranch(s.access, BRANCH, s.made);
  assert.equal(await remoteHead(s.access, BRANCH), null);
  await deleteBranch(s.access, BRANCH, s.made);
  await using other = await withCommit();
  await other.push();
  other.server.beforeNextPush(async () => void await othersCommit(other));
  await refused(deleteBranch(other.access, BRANCH, other.made), /has commits of others/);
});
