import { v7 } from "uuid";
import type { NewsRecord } from "@/db/deliveries.ts";
import type { Decision } from "@/db/nouns/approval.ts";
import { visibleText } from "@/server/providers/hidden_text.ts";
import type { Action, ActionInput, ActionResult } from "./action.ts";
import { flowPage, personOf, refusedInWords } from "./reply.ts";
import { goingOn } from "./start_workflow.ts";

/** A yes or a no to the plan that waits in the flow. The job that takes it asks the gate. */
export const decidePlan: Action = (input) => decided(input, input.command.decides!, noteOf(input));

/** What is asked for where work is open already: a wish for another plan, or about what was made. */
export const askAgain: Action = (input) => {
  const { situation, command, webhook } = input;
  const { status, waits_for, error } = situation!.workflow!;
  const note = noteOf(input);
  if (situation!.approval && input.why_no_decision !== null) {
    const words = `A plan waits for a decision here${flowPage(input)}, and whoever is trusted by ` +
      "the `*` alone may not send it back.";
    return refusedInWords(input, input.why_no_decision, words);
  }
  if (situation!.approval) {
    return note === null
      ? refusedInWords(
        input,
        "a plan waits for a decision here, and nothing says what should be different",
        `A plan waits for a decision here${flowPage(input)}. To have it written again, say what ` +
          `should be different: \`${webhook.command_prefix} ${command.name} …\`.`,
      )
      : decided(input, "sent_back", note);
  }
  if (waits_for === "pull_request" && note !== null) {
    return told(input, "asked_again", { note, person: personOf(input.webhook, input.event.actor) });
  }
  if (waits_for === "pull_request") {
    return refusedInWords(
      input,
      "its pull request is open, and nothing says what should be different",
      `The pull request for this is open${flowPage(input)}. Say what should be different: ` +
        `\`${webhook.command_prefix} ${command.name} …\`.`,
    );
  }
  if (status === "failed") {
    const why = error?.trim().slice(0, 500) ?? "";
    const words = `The work on this stopped: ${why || "it failed"} Somebody can try that step ` +
      `again or give up${flowPage(input)}.`;
    return refusedInWords(input, "the work on this failed, and waits for a retry or an end", words);
  }
  return refusedInWords(input, "work on this is going on already", goingOn(input));
};

const TALK = new Set(["thread", "channel", "command"]);

function decided(input: ActionInput, decision: Decision, note: string | null): ActionResult {
  const { provider: { name } } = input.webhook;
  const { approval_id, plan_hash } = input.situation!.approval!;
  const via = `${name} ${TALK.has(input.event.object?.kind ?? "") ? "message" : "comment"}`;
  const person = personOf(input.webhook, input.event.actor);
  return told(input, "decision", { decision, note, via, person, approval_id, plan_hash });
}

function told(input: ActionInput, kind: string, data: NewsRecord["data"]): ActionResult {
  const { command, webhook, shows_answer } = input;
  const news = { news_id: v7(), command: command.name, kind, data, flow_id: null };
  const what = kind === "decision"
    ? `it is ${data.decision} of the plan that waits`
    : "asked again";
  const answer = shows_answer && webhook.provider.answer
    ? webhook.provider.answer(`Noted${flowPage(input)}.`)
    : undefined;
  return { tasks: [], replies: [], news: [news], notes: [`${command.name}: ${what}`], answer };
}

function noteOf({ args, webhook: { provider } }: ActionInput): string | null {
  return visibleText(args, provider.shows.text).text.trim() || null;
}
