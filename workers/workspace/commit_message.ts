import { type Identity, signature } from "@/workers/workspace/identity.ts";

const LONGEST = 20_000;
/** Words by which GitHub and GitLab leave out the checks of a commit. */
const SKIPS = /\[(?:skip[ -](?:ci|actions)|(?:ci|actions)[ -]skip|no[ -]ci)\]|^skip-checks:.*$/gim;
const TRAILER = "Agent-Task";

interface MessageRequest {
  message: string;
  task_id: string;
  co_author: Identity | null;
}

/** The trailers stand in a paragraph of their own, so that none in the message counts as ours. */
export function commitMessage({ message, task_id, co_author }: MessageRequest): string {
  const co_authored = co_author && signature(co_author);
  const trailers = [
    ...(co_authored ? [`Co-authored-by: ${co_authored}`] : []),
    `${TRAILER}: ${task_id}`,
  ];
  return `${cleanMessage(message)}\n\n${trailers.join("\n")}\n`;
}

function cleanMessage(message: string): string {
  const clean = message.slice(0, LONGEST).replaceAll("\r\n", "\n")
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "")
    .replace(SKIPS, "").trim();
  return clean || "Change what was asked for";
}

/** By its last paragraph: whether this commit was made for the task. */
export function isMadeFor(task_id: string, message: string): boolean {
  const trailers = message.trimEnd().split(/\n\n+/).at(-1) ?? "";
  return trailers.split("\n").includes(`${TRAILER}: ${task_id}`);
}
