/** An hour of a team: what comes in from its services becomes pull requests, each after a yes. */
import assert from "node:assert/strict";
import { inOrder } from "@/tests/flows/system.ts";
import { approve, planned, proposed, team } from "@/tests/flows/team_scene.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

Deno.test("errors, tickets, labels and reviews become pull requests", async (t) => {
  await using w = await team();
  const step = inOrder(t);

  await step("a new error in Sentry is fixed in the repository of its project", async () => {
    await w.set("PUT", "/api/webhooks/static/sentry", {
      repositories: ["tea-shop = github:harbour/tea-shop"],
    });
    await w.set("POST", "/api/webhooks/sentry/commands", {
      name: "fix_new_error",
      trigger: "issue.created",
      action: "create_task",
      requires_approval: true,
    });
    const flow = await w.happens("sentry", "issue_created");
    const { repository } = await w.work(flow, planned);
    assert.equal(repository?.name, "harbour/tea-shop");
    await approve(w, flow);
    const pull = w.pullOf(await w.work(flow, proposed));
    assert.deepEqual([pull.draft, pull.reviewers], [false, []]);
    assert.match(pull.body, /harbour\.sentry\.io\/issues/);
    await untilTrue(() => Promise.resolve(saidTo("sentry", /made and verified/)));
  });

  await step("a comment on a Jira ticket names the repository; another one says yes", async () => {
    const flow = await w.happens("jira", "comment", { text: "@agent fix it in harbour/tea-shop" });
    await w.work(flow, planned);
    await w.happens("jira", "comment", { text: "@agent approve" });
    const made = await w.work(flow, proposed);
    assert.match(made.branch!, /^agent\/TEA-12-/);
    assert.match(await w.git("diff", "trunk", made.branch!), /\+.*reduced - giftCard\)/);
    assert.match(w.pullOf(made).body, /TEA-12/);
    await untilTrue(() => Promise.resolve(saidTo("jira", /made and verified/)));
  });

  await step("a Jira ticket that is assigned to the agent is work by itself", async () => {
    const { json: assigned } = await w.s.call("GET", "/api/webhooks/jira/commands/assigned");
    const { name, trigger, expression } = assigned;
    await w.set("POST", "/api/webhooks/jira/commands", {
      name,
      trigger,
      expression,
      action: "create_task",
      requires_approval: true,
      repository: "github:harbour/tea-shop",
    });
    const flow = await w.happens("jira", "assigned", {
      change: (payload) => Object.assign(payload.issue, { id: "10015", key: "TEA-15" }),
    });
    await w.work(flow, planned);
    await approve(w, flow);
    assert.match((await w.work(flow, proposed)).branch!, /^agent\/TEA-15-/);
  });

  let labelled = "";
  await step("a label on an issue at GitHub starts it", async () => {
    await w.set("POST", "/api/webhooks/github/commands", {
      name: "labelled",
      trigger: "issues.labeled",
      conditions: { "label.name": "agent" },
      action: "create_task",
      requires_approval: true,
    });
    labelled = await w.happens("github", "labeled");
    await w.work(labelled, planned);
    await w.happens("github", "issue_comment", { text: "LGTM" });
    const made = await w.work(labelled, proposed);
    assert.match(made.branch!, /^agent\/12-/);
    assert.equal(w.pullOf(made).draft, false);
  });

  await step("a review that asks for a change goes on with the same branch", async () => {
    const before = await w.work(labelled, proposed);
    const pull = w.pullOf(before);
    const pulls = w.s.github.pulls.length;
    const review = await w.happens("github", "review_comment", {
      text: "@agent please say in a comment why, too",
      change: (payload) => payload.pull_request = w.s.github.shown(pull),
    });
    assert.equal(review, labelled, "what is said of the pull request belongs to the flow");
    const again = await w.work(labelled, planned);
    assert.equal(again.branch, before.branch);
    await approve(w, labelled);
    const after = await w.work(
      labelled,
      (work) => proposed(work) && work.head_commit !== before.head_commit,
    );
    assert.equal(after.branch, before.branch);
    assert.equal(await w.git("rev-parse", `${after.branch}^`), before.head_commit, "one more");
    assert.equal(await w.git("rev-parse", after.branch!), after.head_commit);
    assert.deepEqual([w.s.github.pulls.length, pull.state, pull.draft], [pulls, "open", false]);
  });

  /** The newest state of what was said somewhere. */
  function saidTo(service: string, words: RegExp): boolean {
    return w.said.some((one) => one.service === service && words.test(JSON.stringify(one.body)));
  }
});
