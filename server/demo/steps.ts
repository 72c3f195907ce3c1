/** What the scripted model says to a step of a workflow that has no script of its own. */
import { textsOf, workFolder } from "@/server/demo/plain_words.ts";
import type { Turn } from "@/server/demo/scenarios.ts";
import type { ModelRequest } from "@/server/demo/scripted_model.ts";
import type { Step } from "@/db/nouns/step.ts";

export interface StepScene {
  prompt: string;
  /** The folder of the checkout. */
  checkout: string;
  /** What the tools answered so far. */
  results: string[];
}
export type StepScript = (scene: StepScene) => Turn[];

/** How each step's prompt begins (workers/run/step_prompt.ts). */
const BEGINS: [RegExp, Step][] = [
  [/^Say what is asked for below/, "brain"],
  [/^(Write the plan for the change|Find out what is asked for)/, "planning"],
  [/^Carry out the plan below/, "executor"],
  [/^Verify that the change/, "verifier"],
  [/^The change is made and verified/, "self-improvement"],
];

export const handOver = (input: Record<string, unknown>): Turn => ({
  tools: [{ name: "StructuredOutput", input }],
});

const NOTE = "\nReviewed by the scripted model of the demo.\n";

export const STEP_SCRIPTS: Record<Step, StepScript> = {
  brain: () => [handOver({
    class: "change",
    reason: "Something has to be different afterwards.",
    answer: null,
  })],
  planning: ({ checkout, results }) => [
    {
      text: "First, a look at what is here. ",
      tools: [{
        name: "Grep",
        input: { pattern: ".", path: checkout, output_mode: "files_with_matches", head_limit: 20 },
      }],
    },
    handOver(planFor(fileIn(results, checkout) ?? "NOTES.md")),
  ],
  executor: ({ checkout, prompt }) => {
    const file_path = `${checkout}/${plannedFile(prompt)}`;
    const command = `printf '%s' '${NOTE}' >> '${file_path}' && tail -n 2 '${file_path}'`;
    return [
      {
        text: "I carry it out. ",
        tools: [{ name: "Bash", input: { command, description: "Add the line" } }],
      },
      handOver({
        summary: "Added the line that the plan asks for.",
        tests_run: [],
        outside_plan: [],
        left_out: [],
      }),
    ];
  },
  verifier: ({ checkout, prompt }) => [
    {
      text: "I read what was changed. ",
      tools: [{ name: "Read", input: { file_path: `${checkout}/${plannedFile(prompt)}` } }],
    },
    handOver({
      passes: true,
      summary: "The line is there, and nothing else has changed.",
      checked: ["The file that the plan names"],
      findings: [],
    }),
  ],
  "self-improvement": () => [handOver({ proposals: [] })],
};

/** The next turn of a step, or null where the request is none of a workflow. */
export function stepTurn(
  body: ModelRequest,
  scripts: Partial<Record<Step, StepScript>> = {},
): Turn | null {
  const from = body.messages.findIndex((message) => message.role === "user" && stepIn(message));
  if (from < 0) return null;
  const { step, prompt } = stepIn(body.messages[from])!;
  const said = body.messages.slice(from);
  const turns = (scripts[step] ?? STEP_SCRIPTS[step])({
    prompt,
    checkout: `${workFolder(body) ?? "."}/repository`,
    results: said.flatMap(toolResults),
  });
  const turn = said.filter(isTurn).length;
  return { delay_ms: 20, ...turns[Math.min(turn, turns.length - 1)] };
}

/** The CLI puts words of its own in the place of a turn that a crash cut off (2.1.332). */
const isTurn = ({ role, content }: ModelRequest["messages"][number]): boolean =>
  role === "assistant" && textsOf(content).join("") !== "No response requested.";

/** The step that a message asks for, and how. */
export function stepIn({ content }: Pick<ModelRequest["messages"][number], "content">) {
  for (const text of textsOf(content)) {
    const prompt = text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, "").trim();
    const found = BEGINS.find(([begins]) => begins.test(prompt));
    if (found) return { step: found[1], prompt };
  }
  return null;
}

function toolResults({ content, role }: ModelRequest["messages"][number]): string[] {
  if (role !== "user" || typeof content === "string") return [];
  return content.filter(({ type }) => type === "tool_result").map((block) =>
    typeof block.content === "string" ? block.content : JSON.stringify(block.content ?? "")
  );
}

function fileIn(results: string[], checkout: string): string | null {
  const name = results.join("\n").match(/(\/\S+\/repository\/)?([\w./-]+\.(?:md|ts|js|py|txt))\b/);
  return name ? name[2].replace(`${checkout}/`, "").replace(/^\.\/|^repository\//, "") : null;
}

/** The first file of the plan in the prompt. */
export const plannedFile = (prompt: string): string =>
  prompt.match(/"files_affected": \[\s*\{\s*"path": "([^"]+)"/)?.[1] ?? "NOTES.md";

const planFor = (path: string) => ({
  title: "Add the line that is missing",
  background: "The request asks for a small change.",
  done: "I looked at the files of the repository.",
  root_cause: "The line was never written.",
  affected_components: ["documentation"],
  risk_level: "low",
  files_affected: [{ path, change: "One line more at its end" }],
  steps: ["Add the line", "Read the file again"],
  tests: ["Read the file"],
  left_out: ["Everything else"],
});
