import type { Database } from "@/db/client.ts";
import { getConversation, listConversations, messagesBefore } from "@/db/conversations.ts";
import { outputWindow } from "@/db/task_output/window.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import { listTasks, type Task } from "@/db/tasks.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem, unknown } from "@/server/errors.ts";
import { answerPage, formField } from "@/server/pages/answer.ts";
import { mayOf } from "@/server/pages/may.ts";
import { WINDOW } from "@/server/pages/task.tsx";
import { shownConversation, shownMessage, shownTask } from "@/server/shown.ts";
import { sayInConversation } from "@/server/verbs/conversations/say.ts";
import { listAgents } from "@/server/registry/agents.ts";
import { type ChatData, ChatPage, type ThreadData } from "@/views/pages/chat.tsx";
import { TRUST_FIELD } from "@/views/parts/outside_text.tsx";

const CONVERSATIONS = 30;
const MESSAGES = 40;
const TASKS = 50;

export const showChat = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <ChatPage {...await read(c, deps, null)} />);

export const showConversation = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const thread = await readThread(deps, c.req.param("conversation_id")!, c.req.query("before"));
  return answerPage(c, <ChatPage {...await read(c, deps, thread)} />);
};

/** Says something and goes to the conversation; what was refused is still in the field. */
export const sendMessage = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const message = await formField(c, "message");
  const conversation_id = await formField(c, "conversation_id") || null;
  const agent = await formField(c, "agent") || null;
  const trusts = await formField(c, TRUST_FIELD) !== "";
  try {
    const chat = { message, conversation_id, agent, trust_outside_text: trusts };
    const said = await sayInConversation(deps, c.get("principal"), chat);
    return c.redirect(`/chat/${said.conversation_id}#end`, 303);
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status !== 422) throw error;
    const thread = conversation_id ? await readThread(deps, conversation_id, undefined) : null;
    const data = await read(c, deps, thread);
    const refused = { message, problem: error.detail, trusts };
    return answerPage(c, <ChatPage {...data} refused={refused} />, 422);
  }
};

async function read(
  c: AppContext,
  deps: AppDeps,
  thread: ThreadData | null,
): Promise<ChatData> {
  const principal = c.get("principal");
  const [page, agents] = await Promise.all([
    listConversations(deps.db, {}, { limit: CONVERSATIONS, cursor: c.req.query("cursor") }),
    listAgents(),
  ]);
  const items = page.items.map((one) => shownConversation(deps, one));
  const conversations = { ...page, items };
  return {
    principal,
    may: mayOf(c),
    agents: agents.map(({ name }) => name),
    conversations,
    thread,
  };
}

async function readThread(
  deps: AppDeps,
  conversation_id: string,
  before: string | undefined,
): Promise<ThreadData> {
  const { db } = deps;
  const conversation = await getConversation(db, conversation_id);
  if (!conversation) throw unknown("conversation", conversation_id);
  const [messages, tasks] = await Promise.all([
    messagesBefore(db, conversation_id, { limit: MESSAGES, cursor: before }),
    listTasks(db, { conversation_id }, { limit: TASKS }),
  ]);
  const shown = tasks.items.map((task) => shownTask(deps, task));
  return {
    conversation: shownConversation(deps, conversation),
    messages: messages.items.map((message) => shownMessage(deps, message)),
    earlier: messages.next_cursor,
    tasks: shown,
    current: before ? null : await currentOf(db, shown),
  };
}

/** The oldest task that has not ended: the others wait for it. */
async function currentOf(db: Database, tasks: Task[]): Promise<ThreadData["current"]> {
  const task = tasks.findLast(({ status }) => !hasEnded(status));
  return task ? { task, output: await outputWindow(db, task.task_id, null, WINDOW) } : null;
}
