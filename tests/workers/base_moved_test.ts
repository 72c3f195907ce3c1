/** While a change is made, its base branch moves on. */
import assert from "node:assert/strict";
import { pullRequestOf } from "@/db/pull_requests.ts";
import { BRANCH, sendScene } from "@/tests/workers/send_change_scene.ts";

Deno.test("a base that moved is merged into the branch before that is verified", async () => {
  await using s = await sendScene();
  const ours = await s.execute("echo three > three.txt");
  await s.theirs("trunk", "echo 2 > two.txt; echo 'on: x' > .github/workflows/test.yml");
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  const head = await s.git(`rev-parse ${BRANCH}`);
  assert.equal(
    await s.git(`log -1 --format='%P %s' ${head}`),
    [
      ours,
      await s.git("rev-parse trunk"),
      `Merge trunk into ${BRANCH}`,
    ].join(" "),
  );
  assert.deepEqual([change.commit, (await s.workflow()).head_commit], [head, head]);
  assert.equal((await pullRequestOf(s.db, s.workflow_id))?.head, head);
  assert.equal(await s.git(`show ${head}:two.txt`), "2");
  await s.openTask("verifier");
});

Deno.test("a merge that was pushed and not noted is found again", async () => {
  await using s = await sendScene();
  const ours = await s.execute("echo three > three.txt");
  await s.theirs("trunk", "echo 2 > two.txt");
  const first = await s.send();
  await s.db.sql`
    update changes set stage = 'update', status = 'pending', ended_at = null, commit = ${ours}`;
  await s.db.sql`update workflows set head_commit = ${ours}`;
  await s.db.sql`delete from tasks where step = 'verifier'`;
  const again = await s.send();
  assert.deepEqual([again.status, again.commit], ["done", first.commit]);
  assert.equal((await s.workflow()).head_commit, first.commit);
});

Deno.test("where an app acts, GitHub merges what it signed", async () => {
  await using s = await sendScene("app");
  await s.execute("echo three > three.txt");
  await s.theirs("trunk", "echo 2 > two.txt");
  const change = await s.send();
  assert.deepEqual([change.status, change.is_signed], ["done", true], change.last_error ?? "");
  assert.ok(s.github.calls.some(({ path }) => path.endsWith("/update-branch")));
  const parents = (await s.git(`log -1 --format=%P ${BRANCH}`)).split(" ");
  assert.equal(parents[1], await s.git("rev-parse trunk"));
  assert.equal(change.commit, await s.git(`rev-parse ${BRANCH}`));
});

Deno.test("a base that contradicts the change becomes another round, which resolves it", async () => {
  await using s = await sendScene();
  const first = await s.execute("echo ours > one.txt");
  await s.theirs("trunk", "echo theirs > one.txt; echo 2 > two.txt");
  await s.send();
  const workflow = await s.workflow();
  assert.equal(workflow.round, 2);
  assert.match(workflow.findings[0].text, /trunk|base branch has moved .* in: one\.txt/);
  assert.equal(s.github.pulls[0].head, first, "the draft shows what there is");

  await assert.rejects(s.execute("true"), /The merge with the base is not resolved in one\.txt/);
  const resolved = await s.execute("echo both > one.txt");
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  assert.deepEqual(change.files.map(({ path }) => path), ["one.txt"], "the base's are not ours");
  assert.equal(
    await s.git(`log -1 --format=%P ${resolved}`),
    `${first} ${await s.git("rev-parse trunk")}`,
  );
  assert.equal(await s.git(`show ${BRANCH}:two.txt`), "2");
  await s.openTask("verifier");
});

Deno.test("a base that moves while it is verified is seen before the draft is taken off", async () => {
  await using s = await sendScene();
  await s.execute("echo ours > one.txt");
  await s.send();
  await s.theirs("trunk", "echo theirs > one.txt");
  await s.verified();
  const ready = await s.send();
  assert.deepEqual([ready.kind, ready.status], ["ready", "done"]);
  assert.equal(s.github.pulls[0].draft, true);
  assert.equal((await s.workflow()).round, 2);
  await s.openTask("executor");
});

Deno.test("in the last round people are told to resolve it", async () => {
  await using s = await sendScene();
  await s.execute("echo ours > one.txt");
  await s.send();
  await s.theirs("trunk", "echo theirs > one.txt");
  await s.db.sql`update workflows set round = 3`;
  await s.verified();
  await s.send();
  assert.equal(s.github.pulls[0].draft, false);
  const [{ body }] = await s.db.sql`select body from replies where notice = 'result'`;
  assert.match(body, /trunk has moved and contradicts this change in one\.txt.*by hand/);
});

Deno.test("a base that disappeared, and commits of others, are left as they are", async () => {
  await using s = await sendScene();
  const ours = await s.execute("echo three > three.txt");
  await s.send();
  await s.git(`branch other trunk`);
  await s.theirs(BRANCH, "echo x > x.txt");
  await s.theirs("trunk", "echo 2 > two.txt");
  await s.db.sql`
    update changes set stage = 'update', status = 'pending', ended_at = null`;
  await s.db.sql`delete from tasks where step = 'verifier'`;
  const again = await s.send();
  assert.deepEqual([again.status, again.commit], ["done", ours]);
  await s.db.sql`update workflows set base_branch = 'gone'`;
  await s.db.sql`
    update changes set stage = 'update', status = 'pending', ended_at = null`;
  await s.db.sql`delete from tasks where step = 'verifier'`;
  assert.equal((await s.send()).status, "done");
});
