import type { Sql } from "@/db/client.ts";
import type { Workflow } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import type { Outcome, WorkflowEvent } from "@/db/workflows/workflow_event.ts";

/** What follows from an event, in words. */
export async function goOn(
  tx: Sql,
  { workflow_id }: Pick<Workflow, "workflow_id">,
  event: WorkflowEvent,
): Promise<string> {
  const advanced = await advance(tx, workflow_id, event);
  return advanced ? inWords(advanced.outcome) : "The work is not there any more.";
}

const CHANGES = {
  publish: "the change goes out",
  ready: "the pull request is made ready for review",
  close: "the pull request is closed",
};

function inWords(outcome: Outcome): string {
  switch (outcome.do) {
    case "step":
      return `The work goes on with the step ${outcome.step}.`;
    case "change":
      return `The work goes on: ${CHANGES[outcome.change]}.`;
    case "approval":
      return "A plan waits for an approval.";
    case "wait":
      return "The pull request waits for people.";
    case "stop":
      return "The work ends as soon as what runs has ended.";
    case "end":
      return outcome.status === "done" ? "The work is done." : "The work has ended.";
    case "fail":
      return `The work stopped: ${outcome.error}`;
    case "nothing":
      return `Nothing follows: ${outcome.why}.`;
  }
}
