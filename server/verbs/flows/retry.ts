import type { Flow } from "@/db/nouns/flow.ts";
import { openWorkflowOf } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { conflict } from "@/server/errors.ts";
import { findFlow } from "@/server/verbs/flows/find.ts";
import { verb } from "@/server/verbs/verb.ts";

/** The step that failed, again. Throws 404; 409 where none has failed. */
export const retryFlow = verb(
  "flow.retry",
  "operator",
  ({ commit }, { flow_id: id }: { flow_id: string }): Promise<Flow> =>
    commit(async (tx) => {
      const { flow_id } = await findFlow({ sql: tx }, id);
      const workflow = await openWorkflowOf({ sql: tx }, flow_id);
      const advanced = workflow && await advance(tx, workflow.workflow_id, { kind: "retry" });
      if (!advanced) throw conflict("Nothing of this flow is under way: ask anew for its work.");
      if (advanced.outcome.do === "nothing") {
        throw conflict(`This flow cannot be retried: ${advanced.outcome.why}.`);
      }
      const detail = { step: workflow.failed_step };
      return { subject: flow_id, detail, value: await findFlow({ sql: tx }, flow_id) };
    }),
);
