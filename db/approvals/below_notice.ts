import type { Sql } from "@/db/client.ts";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { sayAnew } from "@/db/replies/say_anew.ts";

/** The place below a message of ours, as its provider names it: only that looks into targets. */
export type Below = (
  provider: string,
  target: Record<string, unknown>,
  outside_id: string,
) => Record<string, unknown>;

export const HERE: Below = (_provider, target) => target;

/** A new message below the one that tells how the workflow stands. False: there is none. */
export async function sayBelowNotice(
  tx: Sql,
  { workflow_id, rules: { notice } }: Pick<Workflow, "workflow_id" | "rules">,
  body: string,
  below: Below,
): Promise<boolean> {
  if (!notice) return false;
  const [said] = await tx<{ outside_id: string | null }[]>`
    select outside_id from replies where workflow_id = ${workflow_id} and notice = 'notice'`;
  const { provider } = notice;
  const target = said?.outside_id ? below(provider, notice.target, said.outside_id) : notice.target;
  await sayAnew(tx, workflow_id, { kind: "comment", provider, target, body });
  return true;
}
