/** What a host and its repositories can be like when work is to go there, and the way on from it. */
import assert from "node:assert/strict";
import { caseIn, OWNER, said, type Work, type Yard, yard } from "@/tests/flows/yard.ts";
import { branchName } from "@/workers/workspace/branch_name.ts";
import { makeRepository } from "@/tests/workers/git_server.ts";
import type { StepScript } from "@/server/demo/steps.ts";

const FILES = "echo one > one.txt && git add -A && git commit -q -m first && git branch release";

const executor: StepScript = ({ prompt, checkout }) => [
  {
    tools: [{
      name: "Bash",
      input: {
        command: `echo '${caseIn(prompt)}' >> '${checkout}/one.txt' && echo done`,
        description: "Do it",
      },
    }],
  },
  {
    tools: [{
      name: "StructuredOutput",
      input: { summary: "Done.", tests_run: [], outside_plan: [], left_out: [] },
    }],
  },
];

interface Case {
  base?: string;
  step: string;
  error: RegExp;
  /** Before the approval. */
  before?(y: Yard, work: Work): Promise<unknown>;
  /** What makes a retry succeed. */
  mend(y: Yard, work: Work): Promise<unknown>;
}

const ARCHIVED = "ERROR: This repository was archived so it is read-only.";
const PROTECTED = "error: GH006: Protected branch update failed for refs/heads/x.";
const decline = (name: string, said: string | null) => ({ s }: Yard) =>
  s.github.git!.declinePushes(`${OWNER}/${name}`, said);

const CASES: Record<string, Case> = {
  missing: {
    step: "executor",
    error: /yard\/missing: .*404 Not Found\. It is gone or renamed/,
    before: ({ folder }) => Deno.remove(`${folder}/${OWNER}/missing.git`, { recursive: true }),
    mend: ({ folder }) => makeRepository(folder, `${OWNER}/missing`, FILES),
  },
  empty: {
    step: "executor",
    error: /the repository is empty: push a first commit to trunk/,
    mend: async ({ folder }) => {
      await Deno.remove(`${folder}/${OWNER}/empty.git`, { recursive: true });
      await makeRepository(folder, `${OWNER}/empty`, FILES);
    },
  },
  archived: {
    step: "publish",
    error: /^Pushing the branch failed: The repository .*archived\.git is archived/,
    before: decline("archived", ARCHIVED),
    mend: decline("archived", null),
  },
  protected: {
    step: "publish",
    error: /^Pushing the branch failed: The branch agent\/\S+ is protected .*GH006/,
    before: decline("protected", PROTECTED),
    mend: decline("protected", null),
  },
  taken: {
    step: "publish",
    error: /^Pushing the branch failed: The branch agent\/\S+ .* has commits of others/,
    before: ({ git }, work) => git("taken", "branch", branchOf(work), "trunk"),
    mend: ({ git }, work) => git("taken", "branch", "-D", branchOf(work)),
  },
  forbidden: {
    step: "publish",
    error: /^Pushing the branch failed: The token may not push to .*forbidden\.git/,
    mend: () => Promise.resolve(refused.delete("forbidden")),
  },
  renamed: {
    step: "publish",
    error: /^Pushing the branch failed: The repository .*renamed\.git has moved or was renamed/,
    mend: () => Promise.resolve(refused.delete("renamed")),
  },
  "base-gone": {
    base: "release",
    step: "executor",
    error: /does not have what was asked for: the .*branch is gone/,
    before: ({ git }) => git("base-gone", "branch", "-D", "release"),
    mend: ({ git }) => git("base-gone", "branch", "release", "trunk"),
  },
  "base-going": {
    base: "release",
    step: "publish",
    error: /^Opening the pull request: the base branch release is not there any more$/,
    mend: ({ git }) => git("base-going", "branch", "release", "trunk"),
  },
};
/** Those whose pushes the host does not take, and how. */
const refused = new Map<string, () => Response>([
  ["forbidden", () => new Response(null, { status: 403 })],
  ["renamed", () => Response.redirect("http://127.0.0.1:1/x/y.git/info/refs", 301)],
]);
/** What passes by itself. */
const PASSING = ["busy", "lost-answer"];

const branchOf = ({ name, number, workflow_id }: Work) =>
  `${branchName(String(number), name)}-${workflow_id.slice(-6)}`;

Deno.test("what a host refuses stops the flow with the reason, and it goes on from there", async (t) => {
  const names = [...Object.keys(CASES), ...PASSING];
  const repositories = names.map((name) => [name, name === "empty" ? "true" : FILES]);
  await using y = await yard(Object.fromEntries(repositories), { steps: { executor } });
  const { s } = y;
  const all = new Map<string, Awaited<ReturnType<Yard["planned"]>>>();
  for (const [n, name] of names.entries()) {
    const work = await y.planned({
      name,
      number: n + 1,
      repository: name,
      base: CASES[name]?.base,
      plan: { files_affected: [{ path: "one.txt", change: "One line more" }] },
    });
    await CASES[name]?.before?.(y, work);
    all.set(name, work);
  }
  let [busy, going] = [2, 1];
  s.github.git!.refuse("pushes", async (request) => {
    const name = new URL(request.url).pathname.split("/")[2].replace(".git", "");
    if (name === "base-going" && going-- > 0) await y.git(name, "branch", "-D", "release");
    if (name === "busy" && busy-- > 0) return new Response(null, { status: 503 });
    return refused.get(name)?.() ?? null;
  });
  s.github.loseNextAnswer("POST", /yard\/lost-answer\/pulls$/);
  for (const work of all.values()) await y.approve(work);

  for (const [name, { step, error: expected, mend }] of Object.entries(CASES)) {
    await t.step(name, async () => {
      const work = all.get(name)!;
      const { step: failed, error } = await y.failure(work);
      assert.equal(failed, step, error);
      assert.match(error, expected);
      if (name === "taken") return;
      await mend(y, work);
      await y.decide(work, "retry");
      await isProposed(name);
    });
  }
  for (const name of PASSING) await t.step(name, () => isProposed(name));

  await t.step("who gives up leaves what belongs to others, and it is said", async () => {
    const work = all.get("taken")!;
    await y.decide(work, "stop");
    const { end_text } = await y.until(work, ({ ended_at }) => ended_at !== null);
    assert.match(end_text!, /^Given up, but not all .*has commits of others: it stays$/);
    await s.github.until(() => said(s, work).some((body) => /Given up/.test(body)));
    assert.equal(
      await y.git("taken", "rev-parse", branchOf(work)),
      await y.git("taken", "rev-parse", "trunk"),
    );
  });

  async function isProposed(name: string) {
    const work = all.get(name)!;
    const made = await y.until(work, (one) => one.waits_for === "pull_request");
    assert.equal(made.branch, branchOf(work));
    const pulls = s.github.pulls.filter(({ repository }) => repository === `${OWNER}/${name}`);
    assert.deepEqual(pulls.map(({ branch, base, draft }) => [branch, base, draft]), [
      [made.branch, CASES[name]?.base ?? "trunk", false],
    ]);
    assert.equal(await y.git(name, "rev-parse", made.branch!), made.head_commit);
  }
});
