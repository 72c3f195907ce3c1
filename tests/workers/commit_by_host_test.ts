/** Who signs a commit: we by a key, GitHub for its app where it can, or nobody, which is said. */
import assert from "node:assert/strict";
import { BRANCH, REPOSITORY, sendScene } from "@/tests/workers/send_change_scene.ts";

Deno.test("where an app acts, GitHub makes the commit, and that one is verified", async () => {
  await using s = await sendScene("app");
  const ours = await s.execute("echo three > three.txt; echo 1 > one.txt; rm two.txt");
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  assert.equal(s.github.commits.length, 1);
  const theirs = await s.git(`rev-parse ${BRANCH}`);
  assert.notEqual(theirs, ours);
  assert.deepEqual([change.commit, change.is_signed], [theirs, true]);
  assert.equal((await s.workflow()).head_commit, theirs);
  assert.equal(await s.git(`log -1 --format=%P ${BRANCH}`), await s.git("rev-parse trunk"));
  assert.match(await s.git(`log -1 --format=%B ${BRANCH}`), /^Mend it\n\nAgent-Task: /);
  assert.equal(await s.git(`show ${BRANCH}:three.txt`), "three");
  assert.equal(await s.git(`ls-tree --name-only ${BRANCH} two.txt`), "");
  const [pull] = s.github.pulls;
  assert.equal(pull.head, theirs);
  assert.doesNotMatch(pull.body, /not signed/);
  await s.openTask("verifier");
});

Deno.test("a second round goes on top of what GitHub made", async () => {
  await using s = await sendScene("app");
  await s.execute("echo three > three.txt");
  const first = await s.send();
  await s.verified(false);
  await s.execute("echo four > four.txt");
  const second = await s.send();
  assert.equal(second.status, "done", second.last_error ?? "");
  assert.equal(await s.git(`log -1 --format=%P ${BRANCH}`), first.commit);
  assert.equal(s.github.commits.length, 2);
});

Deno.test("a commit whose answer was lost is found at the branch, and not made twice", async () => {
  await using s = await sendScene("app");
  const ours = await s.execute("echo three > three.txt");
  const first = await s.send();
  await s.db.sql`
    update changes set stage = 'push', status = 'pending', ended_at = null, commit = ${ours},
      is_signed = false
    where change_id = ${first.change_id}`;
  await s.db.sql`update workflows set head_commit = ${ours}`;
  await s.db.sql`delete from tasks where step = 'verifier'`;
  const again = await s.send();
  assert.deepEqual([again.status, again.commit, again.is_signed], ["done", first.commit, true]);
  assert.equal((await s.workflow()).head_commit, first.commit);
  assert.equal(s.github.commits.length, 1);
});

Deno.test("what GitHub cannot keep as it is goes out by git, and is said to be unsigned", async () => {
  await using s = await sendScene("app");
  const ours = await s.execute("echo '#!/bin/sh' > run.sh; chmod +x run.sh");
  const change = await s.send();
  assert.deepEqual([change.status, change.commit, change.is_signed], ["done", ours, false]);
  assert.equal(await s.git(`rev-parse ${BRANCH}`), ours);
  assert.deepEqual(s.github.commits, []);
  assert.match(s.github.pulls[0].body, /not signed/);
});

Deno.test("a commit of GitHub's that holds something else is no change of ours", async () => {
  await using s = await sendScene("app");
  await s.execute("echo three > three.txt");
  const change = await s.send();
  await s.verified(false);
  await s.execute("echo four > four.txt");
  const parent = change.commit!;
  const [{ task_id }] = await s.db.sql`select task_id from changes where status = 'pending'`;
  await s.theirs(BRANCH, "echo five > four.txt", `Mend it\n\nAgent-Task: ${task_id}`);
  assert.equal(await s.git(`log -1 --format=%P ${BRANCH}`), parent);
  const second = await s.send();
  assert.equal(second.status, "failed");
  assert.match(
    second.last_error!,
    /^Pushing the branch failed: .* is not the one that was checked/,
  );
});

Deno.test("commits of others are not written over", async () => {
  await using s = await sendScene("app");
  await s.execute("echo three > three.txt");
  await s.send();
  await s.verified(false);
  await s.execute("echo four > four.txt");
  await s.theirs(BRANCH, "echo x > x.txt");
  const second = await s.send();
  assert.match(second.last_error!, /commits of others/);
  assert.equal(s.github.commits.length, 1);
});

Deno.test("a token that may change workflows is asked for where the plan named one", async () => {
  await using s = await sendScene("app");
  const rights = () =>
    s.github.calls.filter(({ path }) => path.endsWith("/access_tokens"))
      .map(({ body }) => (body as { permissions: Record<string, string> }).permissions);
  await s.execute("echo three > three.txt");
  await s.send();
  assert.ok(rights().every(({ workflows }) => workflows === undefined), JSON.stringify(rights()));
  await s.verified(false);
  await s.execute("echo 'on: pull_request' > .github/workflows/test.yml");
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  assert.ok(rights().some(({ workflows }) => workflows === "write"));
  assert.equal(change.is_signed, true);
});

Deno.test("who could not be asked for review is named where people read how it ended", async () => {
  await using s = await sendScene();
  await s.execute("echo three > three.txt");
  await s.send();
  await s.verified();
  s.github.failNext(
    "POST",
    /requested_reviewers$/,
    () =>
      Response.json({ message: "Reviews may only be requested from collaborators." }, {
        status: 422,
      }),
  );
  const ready = await s.send();
  assert.equal(ready.status, "done", ready.last_error ?? "");
  const [{ body }] = await s.db.sql`select body from replies where notice = 'result'`;
  assert.match(body, /anna was not asked for review/);
  assert.equal(s.github.pulls[0].repository, REPOSITORY);
});
