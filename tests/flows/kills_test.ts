/** kill -9 of server, worker and Postgres in turn at each step of a workflow: it ends the same. */
import assert from "node:assert/strict";
import { approval, commit, gate, type Place } from "@/tests/flows/kills/places.ts";
import {
  issueOf,
  OWNER,
  standing,
  workflowOf,
  type World,
  world,
} from "@/tests/flows/kills/world.ts";
import { inOrder } from "@/tests/flows/system.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

const STEPS = ["brain", "planning", "executor", "verifier", "self-improvement"];
const STORIES = ["a", "b", "c", "d"];
const HELD = ["a:brain", "a:executor", "b:planning", "b:executor", "b:ready", "c:push", "c:pushed"]
  .concat(["c:updated", "d:opened", "d:verifier", "d:self-improvement"]);

Deno.test("after kill -9 of each process at each step, every flow ends as it would have", async (t) => {
  await using w = await world(STORIES);
  const told = inOrder(t);
  const step = (name: string, work: () => Promise<void>) =>
    told(name, () =>
      work().catch(async (error) => {
        throw new Error(`${error.message}\n${await standing(w)}`);
      }));
  for (const key of HELD) w.holds.hold(key);
  for (const story of STORIES) await w.say(story, `@agent fix the greeting of story ${story}`);
  const at = (key: string) => gate(w, key);
  /** Done and not answered: a later worker finds it done. */
  const done = (key: string) => gate(w, key, { once: true });
  await Promise.all([approval(w, "c").goOn(), approval(w, "d").goOn()]);

  await step(
    "brain, planning, push that is asked for, pull request that is opened",
    () =>
      storm(w, ["server", "postgres", "worker"], [
        at("a:brain"),
        at("b:planning"),
        at("c:push"),
        done("d:opened"),
      ]),
  );
  await approval(w, "b").goOn();
  await w.moveBase("c");
  await step(
    "approval, executor, push that is done, verifier",
    () =>
      storm(w, ["server", "postgres", "worker"], [
        approval(w, "a"),
        at("b:executor"),
        done("c:pushed"),
        at("d:verifier"),
      ]),
  );
  await step(
    "commit that is not yet written down, ready, merge of the base that is pushed, self-improvement",
    () =>
      storm(w, ["server", "worker", "postgres"], [
        at("b:ready"),
        done("c:updated"),
        at("d:self-improvement"),
        // The last one: no other task can end while the end of this one waits in its transaction.
        commit(w, "a"),
      ]),
  );
  for (const story of STORIES) await step(`story ${story}`, () => endsAsItWould(w, story));
});

type Killed = Parameters<World["kill"]>[0];

/** Each process is killed once all are there; those that the worker's end threw back are awaited. */
async function storm(w: World, order: Killed[], places: Place[]): Promise<void> {
  for (const place of places) await place.reached();
  for (const role of order) {
    await w.kill(role);
    if (role === "worker") await Promise.all(places.map((place) => place.again()));
  }
  await Promise.all(places.map((place) => place.goOn()));
}

async function endsAsItWould(w: World, story: string): Promise<void> {
  const { db: { sql }, github } = w;
  await untilTrue(async () => (await workflowOf(w, story))?.waits_for === "pull_request");
  const { workflow_id, branch, head_commit, round } = (await workflowOf(w, story))!;
  const tasks = await sql`
    select step, status, error from tasks where workflow_id = ${workflow_id} order by task_id`;
  assert.deepEqual(
    tasks.map(({ step, status, error }) => [step, status, error]),
    STEPS.map((step) => [step, "completed", null]),
  );
  const approvals = await sql`select status from approvals where workflow_id = ${workflow_id}`;
  assert.deepEqual(approvals.map(({ status }) => status), ["approved"]);
  const changes = await sql`
    select kind, status, commit from changes where workflow_id = ${workflow_id} order by change_id`;
  assert.deepEqual(changes.map(({ kind, status, commit }) => [kind, status, commit]), [
    ["publish", "done", head_commit],
    ["ready", "done", null],
  ]);
  const pulls = github.pulls.filter(({ repository }) => repository === `${OWNER}/${story}`);
  assert.deepEqual(pulls.map((pull) => [pull.branch, pull.draft, pull.state]), [
    [branch, false, "open"],
  ]);
  assert.equal(round, 1);
  assert.equal(await w.git(story, "rev-parse", branch!), head_commit);
  const own = await w.git(story, "rev-list", "--count", "--no-merges", `trunk..${branch}`);
  const merges = await w.git(story, "rev-list", "--count", "--merges", `trunk..${branch}`);
  assert.deepEqual([own, merges], ["1", story === "c" ? "1" : "0"]);
  assert.equal(
    await w.git(story, "branch", "--list", "agent/*", "--format=%(refname:short)"),
    branch,
  );
  await untilTrue(async () => {
    const open = await sql`
      select from replies where workflow_id = ${workflow_id} and status not in ('sent', 'failed')`;
    return open.count === 0;
  });
  const said = github.comments.filter(({ number }) => number === issueOf(story));
  assert.equal(said.length, 2, said.map(({ body }) => body).join("\n---\n"));
  assert.match(said[0].body, /\*\*Approved\*\*/);
  assert.match(said[1].body, /made and verified/);
}
