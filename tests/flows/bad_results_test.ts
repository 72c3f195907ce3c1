/** Plans that are none, and a verifier that never agrees: told, asked for again, and then the end. */
import assert from "node:assert/strict";
import { caseIn, said, type Work, yard } from "@/tests/flows/yard.ts";
import { PLAN } from "@/tests/helpers/plans.ts";
import type { StepScript } from "@/server/demo/steps.ts";

const FILES = "echo one > one.txt && git add -A && git commit -q -m first";
const plan = { ...PLAN, files_affected: [{ path: "one.txt", change: "More" }] };
const affects = (path: string) => ({ ...plan, files_affected: [{ path, change: "More" }] });

/** What it hands over each time that it is asked, how often, and why that ends the step. */
const PLANS: Record<string, { plan: unknown; asked: number; error: RegExp }> = {
  invalid: {
    plan: { ...plan, steps: "Change it", risk_level: "none" },
    asked: 5, // by the CLI itself, which knows the schema
    error: /steps: must be array|risk_level: must be equal to one of/,
  },
  large: {
    plan: { ...plan, steps: Array(100).fill("x".repeat(2000)) },
    asked: 2,
    error: /^Its structured result could not be used\. ✖ is longer than 60000 characters in all/,
  },
  outside: {
    plan: affects("../../etc/passwd"),
    asked: 2,
    error: /^Its structured result could not be used\. ✖ is a path in the repository/,
  },
  "in-git": { plan: affects("src/.git/config"), asked: 2, error: /✖ is a path in the repository/ },
};

const mended = new Set<string>();

const handOver = (input: unknown) => ({
  tools: [{ name: "StructuredOutput", input: input as Record<string, unknown> }],
});

const planning: StepScript = ({ prompt }) => {
  const name = caseIn(prompt);
  if (mended.has(name)) return [handOver(plan)];
  return name === "learns"
    ? [handOver(affects("/etc")), handOver(plan)]
    : [handOver(PLANS[name].plan)];
};

const executor: StepScript = ({ checkout }) => [
  {
    tools: [{
      name: "Bash",
      input: { command: `echo more >> '${checkout}/one.txt'`, description: "More" },
    }],
  },
  handOver({ summary: "Done.", tests_run: [], outside_plan: [], left_out: [] }),
];

const verifier: StepScript = () => [handOver({
  passes: false,
  summary: "Not yet.",
  checked: [],
  findings: [{ path: "one.txt", line: 2, text: "It says too little." }],
})];

Deno.test("results that cannot be used", async (t) => {
  await using y = await yard({ code: FILES }, { steps: { planning, executor, verifier } });
  const { s } = y;
  const ask = (name: string, number: number) => y.asked({ name, number, repository: "code" });
  const never = await y.planned({
    name: "never",
    number: 1,
    repository: "code",
    steps: ["planning", "approval", "executor", "verifier"],
    plan,
  });
  await y.approve(never);
  const works = new Map<string, Work>();
  for (const [n, name] of Object.keys(PLANS).entries()) works.set(name, await ask(name, n + 2));
  const learns = await ask("learns", 50);

  for (const [name, { asked, error: expected }] of Object.entries(PLANS)) {
    await t.step(`a plan that is ${name}`, async () => {
      const work = works.get(name)!;
      const { step, error } = await y.failure(work);
      assert.equal(step, "planning");
      assert.match(error, expected);
      assert.ok(error.length < 3000, error);
      assert.equal(timesAsked(name), asked);
      assert.equal(
        (await s.db.sql`select from approvals where workflow_id = ${work.workflow_id}`)
          .count,
        0,
      );
      mended.add(name);
      await y.decide(work, "retry");
      await y.until(work, ({ waits_for }) => waits_for === "approval");
    });
  }
  await t.step("a plan that is right once it was said what was wrong", async () => {
    const waiting = await y.until(learns, ({ waits_for }) => waits_for === "approval");
    assert.deepEqual(waiting.plan, plan);
    assert.match(
      JSON.stringify(requestsOf("learns").at(-1)),
      /could not be used.*in the repository/,
    );
  });
  await t.step(
    "a verifier that never agrees ends it after three rounds, and a give-up tidies",
    async () => {
      const { step, error } = await y.failure(never);
      assert.deepEqual([step, error], [
        "verifier",
        "The verifier did not agree in 3 rounds: It says too little.",
      ]);
      const runs = await s.db.sql`select step, round from tasks
      where workflow_id = ${never.workflow_id} and step <> 'planning' order by task_id`;
      assert.deepEqual(
        runs.map(({ step, round }) => `${step} ${round}`),
        [1, 2, 3].flatMap((round) => [`executor ${round}`, `verifier ${round}`]),
      );
      const [pull] = s.github.pulls;
      assert.deepEqual([s.github.pulls.length, pull.draft], [1, true]);
      assert.equal(await y.git("code", "rev-list", "--count", `trunk..${pull.branch}`), "3");

      await y.decide(never, "stop");
      await y.until(never, ({ status }) => status === "stopped");
      assert.equal(pull.state, "closed");
      assert.equal(await y.git("code", "branch", "--list", "agent/*"), "");
      await s.github.until(() => said(s, never).some((body) => /Given up/.test(body)));
      assert.equal(said(s, never).length, 2, "the plan and the result, edited");
    },
  );

  function requestsOf(name: string) {
    return s.model.requests.map(({ body }) => body.messages)
      .filter((messages) => JSON.stringify(messages).includes(`case: ${name}\\n`));
  }
  /** Of one run: each request of it that waits for a result. */
  function timesAsked(name: string): number {
    return requestsOf(name).length;
  }
});
