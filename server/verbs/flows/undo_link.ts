import { undoLink as undo } from "@/db/flows/links.ts";
import type { Flow } from "@/db/nouns/flow.ts";
import { unknown } from "@/server/errors.ts";
import { findFlow } from "@/server/verbs/flows/find.ts";
import { verb } from "@/server/verbs/verb.ts";

export interface FlowLinkWish {
  flow_id: string;
  linked_flow_id: string;
}

/** Two flows are told apart again, for good. Throws 404. */
export const undoLink = verb(
  "flow.unlink",
  "operator",
  ({ actor, commit }, { flow_id: id, linked_flow_id }: FlowLinkWish): Promise<Flow> =>
    commit(async (tx) => {
      const { flow_id } = await findFlow({ sql: tx }, id);
      const undone = await undo(tx, flow_id, linked_flow_id, actor.name);
      if (!undone) throw unknown("linked flow", linked_flow_id);
      const value = await findFlow({ sql: tx }, flow_id);
      return { subject: flow_id, detail: { linked_flow_id }, value };
    }),
);
