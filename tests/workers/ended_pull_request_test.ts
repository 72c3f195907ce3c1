/** A pull request ends at the host, its webhook is missed, and another round's commit is to go out. */
import assert from "node:assert/strict";
import { hear } from "@/db/hear.ts";
import { pullRequestOf } from "@/db/pull_requests.ts";
import { advance } from "@/db/workflows/advance.ts";
import { BRANCH, sendScene, type Sent } from "@/tests/workers/send_change_scene.ts";

const REFUSED = () => Promise.resolve(new Response(null, { status: 503 }));

/** One round is out; the host alone knows of `end`, and another round has made a commit. */
async function secondRound(s: Sent, end: (s: Sent) => unknown) {
  await s.execute("echo three > three.txt");
  await s.send();
  await s.verified(false);
  await end(s);
  return { first: s.github.pulls[0].head, second: await s.execute("echo four > four.txt") };
}

const closed = ({ github: { pulls } }: Sent) => pulls[0].state = "closed";

async function merged(s: Sent) {
  await s.git(`update-ref refs/heads/trunk ${BRANCH}`);
  closed(s);
  s.github.pulls[0].is_merged = true;
}

const statesOf = async ({ db }: Sent) =>
  (await db.sql`select state from pull_requests order by number`).map(({ state }) => state);

Deno.test("where it was merged, the commit gets a branch and a pull request of its own", async () => {
  await using s = await sendScene();
  const { first, second } = await secondRound(s, merged);
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  const { branch } = await s.workflow();
  assert.match(branch!, /^agent\/7-[a-z-]+-2-[0-9a-f]{6}$/);
  assert.equal(await s.git(`rev-parse ${branch}`), second);
  assert.equal(await s.git(`rev-parse ${BRANCH}`), first, "the old one is as it was");
  const [old, made] = s.github.pulls;
  assert.deepEqual([old.head, made.branch, made.state, made.base], [
    first,
    branch,
    "open",
    "trunk",
  ]);
  assert.deepEqual(await statesOf(s), ["merged", "open"]);
  assert.equal((await pullRequestOf(s.db, s.workflow_id))?.number, made.number);
  await s.openTask("verifier");
});

Deno.test("where it was closed and its branch was deleted, too", async () => {
  await using s = await sendScene();
  const { second } = await secondRound(s, closed);
  await s.git(`branch -D ${BRANCH}`);
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  assert.equal(await s.git(`rev-parse ${(await s.workflow()).branch}`), second);
  assert.equal((await s.git("branch --list 'agent/*'")).split("\n").length, 1);
  assert.deepEqual(await statesOf(s), ["closed", "open"]);
});

Deno.test("what GitHub signs goes to the new branch as well, and the next round follows", async () => {
  await using s = await sendScene("app");
  const { first } = await secondRound(s, merged);
  const change = await s.send();
  assert.deepEqual([change.status, change.is_signed], ["done", true], change.last_error ?? "");
  const { branch } = await s.workflow();
  assert.notEqual(branch, BRANCH);
  assert.equal(await s.git(`log -1 --format=%P ${branch}`), first);
  await s.verified(false);
  await s.execute("echo five > five.txt");
  assert.equal((await s.send()).status, "done");
  assert.equal((await s.workflow()).branch, branch);
  assert.equal(await s.git(`log -1 --format=%P ${branch}`), change.commit);
  assert.equal(s.github.pulls.length, 2);
});

Deno.test("one that is not to be found counts as closed", async () => {
  await using s = await sendScene();
  await secondRound(s, () => {});
  s.github.failNext("GET", /\/pulls\/\d+$/, () => Response.json({}, { status: 404 }));
  assert.equal((await s.send()).status, "done");
  assert.deepEqual(await statesOf(s), ["closed", "open"]);
  assert.notEqual((await s.workflow()).branch, BRANCH);
});

Deno.test("what ends between any two steps goes on to the same branch", async () => {
  await using s = await sendScene();
  const { second } = await secondRound(s, merged);
  s.github.git!.refuse("pushes", REFUSED);
  const cut = await s.send();
  assert.deepEqual([cut.status, cut.stage, cut.expected_head], ["pending", "push", null]);
  const { branch } = await s.workflow();
  assert.notEqual(branch, BRANCH);
  assert.deepEqual(await statesOf(s), ["merged"]);

  s.github.git!.refuse("pushes", null);
  s.github.failNext("POST", /\/pulls$/, () => Response.json({}, { status: 503 }));
  await s.db.sql`update changes set next_try_at = null`;
  assert.equal((await s.send()).stage, "open");
  // As if it had been cut off before the push was noted.
  await s.db.sql`update changes set next_try_at = null, stage = 'push' where status = 'pending'`;
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  assert.equal((await s.workflow()).branch, branch);
  assert.equal(await s.git(`rev-parse ${branch}`), second);
  assert.equal((await s.git("branch --list 'agent/*'")).split("\n").length, 2);
  assert.equal(s.github.pulls.length, 2);
});

Deno.test("a webhook that comes late does not end what goes on beside it", async () => {
  await using s = await sendScene();
  await secondRound(s, merged);
  s.github.git!.refuse("pushes", REFUSED);
  await s.send();
  const { flow_id } = await s.workflow();
  const news = { kind: "merged", number: s.github.pulls[0].number, commit: null } as const;
  const said = await s.db.sql.begin((tx) => hear(tx, { flow_id, provider: "github" }, news));
  assert.equal(said, "It is known already.");
  assert.equal((await s.workflow()).status, "running");
});

Deno.test("given up before its push, the one that was merged stays so", async () => {
  await using s = await sendScene();
  const { first } = await secondRound(s, merged);
  s.github.git!.refuse("pushes", REFUSED);
  await s.send();
  await s.db.sql.begin((tx) => advance(tx, s.workflow_id, { kind: "give_up", by: "anna" }));
  const close = await s.send();
  assert.deepEqual([close.kind, close.status], ["close", "done"], close.last_error ?? "");
  assert.equal((await s.workflow()).status, "stopped");
  assert.deepEqual(await statesOf(s), ["merged"]);
  assert.equal(await s.git(`rev-parse ${BRANCH}`), first);
});

Deno.test("while it is open the commit goes to its branch", async () => {
  await using s = await sendScene();
  const { second } = await secondRound(s, () => {});
  assert.equal((await s.send()).status, "done");
  assert.equal((await s.workflow()).branch, BRANCH);
  assert.equal(await s.git(`rev-parse ${BRANCH}`), second);
  assert.equal(s.github.pulls.length, 1);
});

Deno.test("a host that does not answer is asked again before anything is pushed", async () => {
  await using s = await sendScene();
  const { first } = await secondRound(s, merged);
  s.github.failNext("GET", /\/pulls\/\d+$/, () => Response.json({}, { status: 502 }));
  const change = await s.send();
  assert.deepEqual([change.status, change.stage], ["pending", "push"]);
  assert.equal((await s.workflow()).branch, BRANCH);
  assert.equal(await s.git(`rev-parse ${BRANCH}`), first);
  assert.deepEqual(await statesOf(s), ["open"]);
});

Deno.test("commits of others at the branch void the yes as ever", async () => {
  await using s = await sendScene();
  await secondRound(s, closed);
  await s.theirs(BRANCH, "echo x > x.txt");
  const change = await s.send();
  assert.equal(change.status, "failed");
  assert.match(change.last_error!, /commits of others/);
  assert.equal((await s.workflow()).branch, BRANCH);
});

Deno.test("a commit that came out before it was merged goes nowhere else", async () => {
  await using s = await sendScene();
  const { second } = await secondRound(s, () => {});
  s.github.failNext("GET", /\/pulls$/, () => Response.json({}, { status: 503 }));
  assert.equal((await s.send()).stage, "open");
  s.github.pulls[0].head = second;
  closed(s);
  await s.db.sql`update changes set next_try_at = null, stage = 'push' where status = 'pending'`;
  const change = await s.send();
  assert.equal(change.status, "done", change.last_error ?? "");
  assert.equal((await s.workflow()).branch, BRANCH);
});
