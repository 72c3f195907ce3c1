import { v4, v7 } from "uuid";
import type { OpenQuestion } from "@/db/questions.ts";
import { visibleText } from "@/server/providers/hidden_text.ts";
import { hiddenNotes } from "./hidden_notes.ts";
import { taskPrompt } from "./prompt.ts";
import type { ActionInput, ActionResult } from "./action.ts";
import { sourceMetadata } from "./source_metadata.ts";

export interface AnswerInput
  extends Omit<ActionInput, "command" | "scope" | "args" | "flow_id" | "situation"> {
  question: OpenQuestion;
}

const INSTRUCTIONS = "You asked a question in this conversation, and the request below is its " +
  "answer. Go on with the work that the question was about. Change nothing. Your last message is " +
  "posted as the answer: make it complete, short and in Markdown. The question was:";

export function answerTask(input: AnswerInput): ActionResult {
  const { question, event, trust, webhook, shows_answer, public_url } = input;
  const task_id = v7();
  const { shows } = webhook.provider;
  const instructions = `${INSTRUCTIONS}\n\n${visibleText(question.question, shows.text).text}`;
  const nonce = v4().slice(0, 8);
  const prompt = taskPrompt({ instructions, event, args: "", trust, nonce, shows });
  const task = {
    task_id,
    command: "answer",
    ...question.next,
    input_message: prompt.text,
    message: visibleText(event.text ?? "", shows.text).text,
    source_metadata: sourceMetadata(input, "answer"),
  };
  const answer = shows_answer && webhook.provider.answer
    ? webhook.provider.answer(`Thank you. On it: ${public_url}/tasks/${task_id}`)
    : undefined;
  return { tasks: [task], replies: [], notes: hiddenNotes("answer", prompt.hidden), answer };
}
