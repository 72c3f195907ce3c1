import type { May } from "@/views/may.ts";
import type { Conversation, Message } from "@/db/conversations.ts";
import type { Page } from "@/db/page.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { hasEnded } from "@/db/nouns/task.ts";
import type { OutputWindow } from "@/db/task_output/window.ts";
import { Layout } from "@/views/layout.tsx";
import { money } from "@/views/format.ts";
import { markdown } from "@/views/markdown.ts";
import { LiveOutput } from "@/views/output/live_output.tsx";
import { StatusBadge, TaskBadge } from "@/views/parts/badge.tsx";
import { Compose } from "@/views/parts/compose.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import { HoldsOutsideText } from "@/views/parts/outside_text.tsx";
import { withQuery } from "@/views/parts/pager.tsx";
import { Ago, Lasting } from "@/views/parts/time.tsx";
import { cut, oneLine, plain } from "@/views/plain.ts";

export interface ChatData {
  principal: Principal;
  may: May;
  agents: string[];
  conversations: Page<Conversation>;
  /** Null for a new conversation. */
  thread: ThreadData | null;
  /** A message that was refused, and why. */
  refused?: { message: string; problem: string; trusts: boolean };
}

export interface ThreadData {
  conversation: Conversation;
  messages: Message[];
  earlier: string | null;
  tasks: Task[];
  current: { task: Task; output: OutputWindow } | null;
}

export function ChatPage(data: ChatData) {
  const { principal, thread, may } = data;
  const title = thread ? thread.conversation.title : "Chat";
  return (
    <Layout title={title} principal={principal} section="chat" page={thread ? "thread" : "chat"}>
      <div class="chat-grid">
        <Conversations {...data} />
        <div class="chat-main">
          {thread ? <Thread {...thread} /> : <Start may={may} />}
          {may.ask && (
            <Compose
              agents={data.agents}
              conversation_id={thread?.conversation.conversation_id ?? null}
              has_outside_text={thread?.conversation.has_outside_text ?? false}
              {...data.refused}
            />
          )}
        </div>
      </div>
    </Layout>
  );
}

function Start({ may }: { may: May }) {
  return (
    <div class="chat-start">
      <h1>New conversation</h1>
      <p class="muted">
        {may.ask
          ? "An agent works on it on one of the machines, with all its tools. You see it live, and the answer stays here."
          : "Your role may read conversations. Starting one needs the role operator."}
      </p>
    </div>
  );
}

function Conversations({ conversations, thread }: ChatData) {
  const open = thread?.conversation.conversation_id;
  return (
    <nav class="conversations" aria-label="Conversations">
      <div class="section-head">
        <h2>Conversations</h2>
        {thread && <a class="button" href="/chat">New</a>}
      </div>
      {conversations.items.length === 0 && <p class="muted">None yet.</p>}
      <ul>
        {conversations.items.map((c) => (
          <li key={c.conversation_id}>
            <a
              href={`/chat/${c.conversation_id}`}
              aria-current={c.conversation_id === open ? "page" : undefined}
            >
              <span class="title" dir="auto">{oneLine(c.title, 80) || "(no title)"}</span>
              <span class="sub-line">
                {c.source !== "chat" && `${c.source} · `}
                <Ago at={c.updated_at} />
              </span>
            </a>
          </li>
        ))}
      </ul>
      {conversations.next_cursor && (
        <a class="button" href={withQuery("/chat", { cursor: conversations.next_cursor })}>Older</a>
      )}
    </nav>
  );
}

/** Loaded again as a whole when the running task ends. */
export function Thread({ conversation, messages, earlier, tasks, current }: ThreadData) {
  const path = `/chat/${conversation.conversation_id}`;
  const by_id = new Map(tasks.map((task) => [task.task_id, task]));
  // Messages that were sent meanwhile wait below the running answer.
  const waits = ({ task_id }: Message): boolean =>
    current !== null && task_id !== null && task_id > current.task.task_id;
  const [waiting, said] = [messages.filter(waits), messages.filter((message) => !waits(message))];
  const show = (message: Message) => (
    <OneMessage
      key={message.message_id}
      message={message}
      task={message.task_id ? by_id.get(message.task_id) : undefined}
      waits={waits(message)}
      tells_profile={conversation.has_outside_text}
    />
  );
  return (
    <section
      id="thread"
      class="thread"
      aria-labelledby="thread-title"
      hx-get={path}
      hx-trigger="end"
      hx-select="#thread"
      hx-swap="outerHTML"
    >
      <p class="back">
        <a href="/chat">All conversations</a>
      </p>
      <h1 id="thread-title" dir="auto">{oneLine(conversation.title, 160) || "(no title)"}</h1>
      {conversation.has_outside_text && <HoldsOutsideText />}
      {earlier && (
        <p class="earlier">
          <a class="button" href={withQuery(path, { before: earlier })}>Show earlier messages</a>
        </p>
      )}
      {messages.length === 0 && !current && <Empty title="Nothing has been said yet." />}
      {said.map(show)}
      {current && <Current {...current} tells_profile={conversation.has_outside_text} />}
      {waiting.map(show)}
      <div id="end"></div>
    </section>
  );
}

const LONGEST = 20_000;

interface MessageProps {
  message: Message;
  task: Task | undefined;
  /** A message that was sent while another one was being answered. */
  waits: boolean;
  tells_profile: boolean;
}

function OneMessage({ message, task, waits, tells_profile }: MessageProps) {
  const { role, content, created_at } = message;
  return (
    <article class={`message from-${role}`}>
      <p class="who">
        <b>{role === "user" ? "Asked" : role === "assistant" ? agentOf(task) : "Note"}</b>
        <Ago at={created_at} />
        {task && role !== "user" && <RunLink task={task} />}
        {task && role !== "user" && tells_profile && <Profile task={task} />}
        {waits && <StatusBadge status="queued" />}
      </p>
      {role === "assistant"
        ? <div class="md" dir="auto" dangerouslySetInnerHTML={{ __html: markdown(content) }} />
        : <Words text={content} />}
    </article>
  );
}

function Words({ text }: { text: string }) {
  const { text: shown, left_out } = cut(plain(text), LONGEST);
  return <p class="pre" dir="auto">{shown}{left_out > 0 && ` … (${left_out} more characters)`}</p>;
}

const agentOf = (task: Task | undefined) => task ? oneLine(task.assigned_agent, 60) : "Answer";

function RunLink({ task }: { task: Task }) {
  return (
    <a href={`/tasks/${task.task_id}`}>
      {task.cost_usd > 0 ? `${money(task.cost_usd)}, ` : ""}
      <Lasting seconds={task.duration_seconds} />, see the run
    </a>
  );
}

/** The tool profile, where it is not the usual one. */
const Profile = ({ task }: { task: Task }) => <span>profile {task.tool_profile}</span>;

interface CurrentProps {
  task: Task;
  output: OutputWindow;
  tells_profile: boolean;
}

function Current({ task, output, tells_profile }: CurrentProps) {
  const path = `/tasks/${task.task_id}`;
  return (
    <article class="message from-assistant is-current">
      <p class="who">
        <b>{agentOf(task)}</b>
        <span role="status" id="task-state">
          <TaskBadge task={task} />
        </span>
        <a href={path}>see the run, stop it</a>
        {tells_profile && <Profile task={task} />}
      </p>
      {output.more && (
        <p class="earlier">
          <a href={`${path}?before=${output.rows[0].seq}`}>Earlier output</a>
        </p>
      )}
      <LiveOutput
        task_id={task.task_id}
        rows={output.rows}
        last_seq={output.rows.at(-1)?.seq ?? task.last_seq}
        running={!hasEnded(task.status)}
      />
    </article>
  );
}
