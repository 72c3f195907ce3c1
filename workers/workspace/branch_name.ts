import type { Workflow } from "@/db/nouns/workflow.ts";

const LONGEST = 100;
const LONGEST_OUTSIDE = 30;
const OWN = "agent";

/** The end of the id keeps apart what is asked for twice about one thing. */
export function branchOf(
  { asked, plan, workflow_id }: Pick<Workflow, "asked" | "plan" | "workflow_id">,
  attempt = 1,
): string {
  const title = plan?.title ?? asked.title;
  return `${branchName(asked.number ?? "", title, attempt)}-${workflow_id.slice(-6)}`;
}

/**
 * `agent/<outside number>-<slug>`; whatever it is given, git and every host take it. `attempt` 2 and
 * more: where the name before is somebody else's, or its pull request has ended.
 */
export function branchName(outside: string, title: string, attempt = 1): string {
  const suffix = attempt > 1 ? `-${attempt}` : "";
  const words = [wordsOf(outside).slice(0, LONGEST_OUTSIDE), wordsOf(title).toLowerCase()];
  const name = words.filter(Boolean).join("-").slice(0, LONGEST - OWN.length - 1 - suffix.length);
  return `${OWN}/${name.replace(/-+$/, "") || "change"}${suffix}`;
}

/** Letters and digits of ASCII with single dashes between them; accents go. */
function wordsOf(text: string): string {
  return text.slice(0, 1000).normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}
