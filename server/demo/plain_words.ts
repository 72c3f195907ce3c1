/**
 * What the scripted model says to a prompt without a marker: an echo in friendly words, or, for the
 * commands analyze, plan and review, a small story that looks at the files that are really there.
 */
import type { ModelRequest } from "@/server/demo/scripted_model.ts";
import { SCENARIOS, type ToolCall, type Turn } from "@/server/demo/scenarios.ts";

type Message = ModelRequest["messages"][number];

export function answerInPlainWords(body: ModelRequest): Turn {
  const prompt = lastPrompt(body.messages);
  const scene = sceneOf(prompt.text);
  if (scene) return playScene(scene, body, prompt.index);
  const kind = storyOf(prompt.text);
  const results = toolResults(body.messages.slice(prompt.index + 1));
  if (kind === null) return { text: echo(prompt.text), delay_ms: 20 };
  const tools = new Set(body.tools.flatMap((tool) => tool.name ?? []));
  const steps = readFiles(tools, workFolder(body) ?? ".", results);
  const step = steps[results.length];
  if (step) return { ...step, delay_ms: 20 };
  return { thinking: "I have seen enough to answer.", text: answer(kind, results), delay_ms: 20 };
}

/** The work folder that the CLI tells the model of. */
export function workFolder(body: Pick<ModelRequest, "system" | "messages">): string | null {
  const system = typeof body.system === "string" ? [body.system] : textsOf(body.system);
  const said = body.messages.flatMap((message) => textsOf(message.content));
  for (const text of [...system, ...said]) {
    const match = text.match(/working directory: *(\S+)/i);
    if (match) return match[1];
  }
  return null;
}

export function textsOf(content: Message["content"]): string[] {
  if (typeof content === "string") return [content];
  return content.flatMap((block) => block.type === "text" ? [block.text ?? ""] : []);
}

/** The last request, without what the CLI and the worker put around it. */
function lastPrompt(messages: Message[]): { text: string; index: number } {
  for (let index = messages.length - 1; index >= 0; index--) {
    if (messages[index].role !== "user") continue;
    const text = textsOf(messages[index].content).join("\n")
      .replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, "")
      .split("The request:\n").at(-1)!.trim();
    if (text !== "") return { text, index };
  }
  return { text: "", index: -1 };
}

/** Requests in words that a scenario fits. */
const SCENES: [RegExp, (cwd: string) => Turn[]][] = [
  [/\bwrite\b.*\binto a file\b/i, (cwd) => writeNote(`${cwd}/note.md`)],
  [/\blet somebody else\b/i, () => SCENARIOS.subagent([], "")],
];

function sceneOf(prompt: string) {
  const request = prompt.split(/\n\s*\n/).at(-1) ?? "";
  return SCENES.find(([words]) => words.test(request))?.[1] ?? null;
}

function playScene(scene: (cwd: string) => Turn[], body: ModelRequest, from: number): Turn {
  const turns = scene(workFolder(body) ?? ".");
  const turn = body.messages.slice(from).filter(({ role }) => role === "assistant").length;
  return { delay_ms: 20, ...turns[Math.min(turn, turns.length - 1)] };
}

function writeNote(file_path: string): Turn[] {
  const content = "# A note\n\nWritten by a script, by way of the real Write tool.\n";
  const look = { command: `ls -l '${file_path}'`, description: "Look at the file" };
  return [
    { text: "I write it down. ", tools: [{ name: "Write", input: { file_path, content } }] },
    { text: "Reading it back. ", tools: [{ name: "Read", input: { file_path } }] },
    { text: "And a look with the shell. ", tools: [{ name: "Bash", input: look }] },
    {
      text: "The note is written and reads as it should:\n\n> Written by a script, by way of the " +
        "real **Write** tool.",
    },
  ];
}

type Story = "analysis" | "plan" | "review";

function storyOf(prompt: string): Story | null {
  const word = prompt.match(/\b(analy[sz]e|analysis|review|plan)\b/i)?.[1].toLowerCase();
  if (word === undefined) return null;
  return word.startsWith("analy") ? "analysis" : word as Story;
}

function echo(prompt: string): string {
  const asked = prompt.split(/\n\s*\n/).at(-1)?.trim().slice(0, 400) ?? "";
  return `You asked:\n\n> ${asked.replaceAll("\n", "\n> ")}\n\n` +
    "I am the **scripted model** of the demo: I run in your own machine, cost nothing and know " +
    "nothing. Everything around me is real: the Claude Code CLI, its tools, the queue and this page. " +
    "Set `ANTHROPIC_API_KEY` and start again to talk to Claude.";
}

function readFiles(tools: Set<string>, cwd: string, results: string[]): Turn[] {
  const list: ToolCall | null = tools.has("Bash")
    ? { name: "Bash", input: { command: "ls -la", description: "List the work folder" } }
    : tools.has("Grep")
    ? { name: "Grep", input: { pattern: ".", output_mode: "files_with_matches", head_limit: 20 } }
    : null;
  const search: ToolCall | null = tools.has("Grep")
    ? { name: "Grep", input: { pattern: "TODO|FIXME", output_mode: "content", head_limit: 10 } }
    : null;
  const file = tools.has("Read") ? results.map(firstFile).find((name) => name !== null) : null;
  const read: ToolCall | null = file
    ? { name: "Read", input: { file_path: file.startsWith("/") ? file : `${cwd}/${file}` } }
    : null;
  const turns: Turn[] = [];
  if (list) turns.push({ text: "First, a look at what is here. ", tools: [list] });
  if (search) turns.push({ text: "Is anything marked as unfinished? ", tools: [search] });
  if (read) turns.push({ text: "And one file in full. ", tools: [read] });
  return turns.map((turn) => ({ thinking: "Facts before opinions.", ...turn }));
}

function firstFile(result: string): string | null {
  const names = result.split("\n").flatMap((line) => {
    if (/^(total|d|l)/.test(line)) return [];
    return line.match(/([\w./-]+\.(?:md|ts|js|py|json|toml|txt))\s*$/)?.[1] ?? [];
  });
  return names[0] ?? null;
}

function toolResults(messages: Message[]): string[] {
  return messages.flatMap((message) => {
    if (typeof message.content === "string" || message.role !== "user") return [];
    return message.content.filter((block) => block.type === "tool_result").map((block) =>
      typeof block.content === "string" ? block.content : JSON.stringify(block.content ?? "")
    );
  });
}

function answer(kind: Story, results: string[]): string {
  const file = results.map(firstFile).find((name) => name !== null);
  const seen = file ? `\`${file}\` and its neighbours` : "the request alone: there is no checkout";
  const note = "\n\n_Written by the scripted model of the demo; the tool calls above were real._";
  if (kind === "review") {
    return `## Review\n\nI looked at ${seen}.\n\n| weight | finding |\n|---|---|\n` +
      "| medium | An error is caught and dropped, so a failure looks like success. |\n" +
      "| low | A name promises more than the function does. |\n\n" +
      `Nothing that should stop the merge.${note}`;
  }
  if (kind === "plan") {
    return `## Plan\n\n**Goal:** what the request asks, with nothing else changed.\n\n` +
      `1. Write a test that shows the problem. I looked at ${seen}.\n` +
      "2. Make the smallest change that turns it green.\n" +
      `3. Run all checks, and say in the change log what users will notice.\n\n` +
      `**Risk:** low; each step can be undone by itself.${note}`;
  }
  return `## Analysis\n\nI looked at ${seen}.\n\n- **What happens:** the code trusts a value ` +
    "that may be missing.\n- **Why:** it is checked in one of two places.\n" +
    `- **How sure I am:** as sure as a script can be.${note}`;
}
