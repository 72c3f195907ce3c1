/** What the scripted model plans and changes in the tea shop, by what is asked for. */
import type { Plan } from "@/db/nouns/plan.ts";
import type { Step } from "@/db/nouns/step.ts";
import type { Turn } from "@/server/demo/scenarios.ts";
import { handOver, plannedFile, STEP_SCRIPTS, type StepScript } from "@/server/demo/steps.ts";

interface Change {
  /** Words of the request. */
  about: RegExp;
  path: string;
  before: string;
  after: string;
  plan: Plan;
}

const CHANGES: Change[] = [
  {
    about: /half a cent|1\.005/i,
    path: "src/money.ts",
    before: "Math.round(amount * 100) / 100",
    after: "Math.round((amount + Number.EPSILON) * 100) / 100",
    plan: {
      title: "Round half a cent up, as the comment says",
      background: "1.005 becomes 1.00 where the price list says 1.01, so a basket is a cent short.",
      done: "I read src/money.ts and looked for every place that rounds by itself: there is none.",
      root_cause: "1.005 * 100 is 100.49999999999999 in binary, which Math.round takes down.",
      affected_components: ["money", "checkout"],
      risk_level: "low",
      files_affected: [{ path: "src/money.ts", change: "Add Number.EPSILON before rounding" }],
      steps: ["Add Number.EPSILON to the amount in roundCents", "Read the file again"],
      tests: ["roundCents(1.005) is 1.01", "roundCents(1.004) is 1"],
      left_out: ["Amounts as whole cents everywhere, which would be the larger change"],
    },
  },
  {
    about: /gift card/i,
    path: "src/checkout.ts",
    before: "reduced - coupon - giftCard",
    after: "reduced - giftCard",
    plan: {
      title: "Take the coupon off once when a gift card pays",
      background: "With a gift card and a coupon the total is too low: by the coupon, once more.",
      done: "I read src/checkout.ts and followed the total from the lines to the gift card.",
      root_cause:
        "`reduced` has the coupon taken off already; the gift card's branch does it again.",
      affected_components: ["checkout"],
      risk_level: "medium",
      files_affected: [{
        path: "src/checkout.ts",
        change: "Leave the coupon out of the branch for gift cards",
      }],
      steps: ["Take `- coupon` out of the last line of total()", "Read the function again"],
      tests: ["20.00 with a coupon of 5 and a gift card of 10 costs 5.00"],
      left_out: ["Orders that were charged wrongly: somebody has to pay those back"],
    },
  },
];

export const TEA_SHOP_STEPS: Partial<Record<Step, StepScript>> = {
  planning: (scene) => {
    const { checkout, prompt } = scene;
    const request = prompt.split("What was asked for:").at(-1)!;
    const change = CHANGES.find(({ about }) => about.test(request));
    if (!change) return STEP_SCRIPTS.planning(scene);
    return [
      search(checkout, change.before.split(" ")[0]),
      read("Here it is. ", `${checkout}/${change.path}`),
      handOver({ ...change.plan, steps: [...change.plan.steps, ...wishIn(prompt)] }),
    ];
  },
  executor: (scene) => {
    const { checkout, prompt } = scene;
    const change = CHANGES.find(({ path }) => path === plannedFile(prompt));
    if (!change) return STEP_SCRIPTS.executor(scene);
    const file_path = `${checkout}/${change.path}`;
    const edit = { file_path, old_string: change.before, new_string: change.after };
    const again = { command: `printf '\\n// Looked at again.\\n' >> '${file_path}'` };
    return [
      read("First the file as it is. ", file_path),
      { text: "Now the change. ", tools: [{ name: "Edit", input: edit }] },
      // what was asked for after a first change is a script's best guess
      /has not been|not found|unchanged/i.test(scene.results[1] ?? "")
        ? { text: "That is there already. ", tools: [{ name: "Bash", input: again }] }
        : read("And the result. ", file_path),
      handOver({
        summary: change.plan.files_affected[0].change + ".",
        tests_run: [],
        outside_plan: [],
        left_out: [],
      }),
    ];
  },
  verifier: (scene) => {
    const { checkout, prompt } = scene;
    const change = CHANGES.find(({ path }) => path === plannedFile(prompt));
    if (!change) return STEP_SCRIPTS.verifier(scene);
    return [
      read("I read what was changed. ", `${checkout}/${change.path}`),
      search(checkout, change.before.split("(")[0].split(" ")[0]),
      handOver({
        passes: true,
        summary: "The change does what the plan says, and nothing else is different.",
        checked: [`\`${change.path}\`, line by line`],
        findings: [],
      }),
    ];
  },
};

/** What somebody who sent the plan back wants otherwise (workers/run/step_prompt.ts). */
function wishIn(prompt: string): string[] {
  const wish = prompt.match(/says somebody who may decide that: (.+)/)?.[1].trim();
  return wish ? [`As was asked for: ${wish.slice(0, 500)}`] : [];
}

const read = (text: string, file_path: string): Turn => ({
  text,
  tools: [{ name: "Read", input: { file_path } }],
});

const search = (path: string, pattern: string): Turn => ({
  text: "Where does this happen? ",
  tools: [{ name: "Grep", input: { pattern, path, output_mode: "content", "-n": true } }],
});
