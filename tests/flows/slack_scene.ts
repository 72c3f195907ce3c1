/** Slack's deliveries, signed, and what a workflow says there, for the stories of both. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { slack } from "@/server/providers/slack.ts";
import { callAt } from "@/tests/helpers/server.ts";
import { untilTrue } from "@/tests/helpers/until.ts";
import type { System } from "@/tests/flows/system.ts";

export const SECRET = "0123456789abcdef0123456789abcdef";
export const CHANNEL = "C0TEASHOP";

/** Settings of both processes that lead to this recorder, and trust one person. */
export const slackServer = { SLACK_SIGNING_SECRET: SECRET, SLACK_TRUSTED_USERS: "U0NORA" };
export const slackWorker = (url: string) => ({
  SLACK_API_URL: `${url}/slack`,
  SLACK_BOT_TOKEN: "xoxb-t0ken",
});

// deno-lint-ignore no-explicit-any -- samples are changed deep inside
export type Payload = any;

/** Posts a sample with its fields changed; returns its row. */
export async function deliverSlack(s: System, name: string, change: (payload: Payload) => void) {
  const sample = slack.sample(name, SECRET, undefined, new Date());
  const body = changed(sample.body, change);
  const time = sample.headers["x-slack-request-timestamp"];
  const hex = createHmac("sha256", SECRET).update(`v0:${time}:${body}`).digest("hex");
  const headers = { ...sample.headers, "x-slack-signature": `v0=${hex}` };
  const answer = await callAt(`${s.server().url}/webhooks/slack`, "POST", body, { headers });
  assert.equal(answer.status, 200, answer.text);
  const [row] = await s.db.sql`
    select d.delivery_id, d.outcome, d.reason, d.flow_id, d.task_ids, f.conversation_id
    from deliveries d left join flows f using (flow_id) order by d.delivery_id desc limit 1`;
  return row;
}

/** JSON, fields of a form, or JSON in a field of a form. */
function changed(body: string, change: (payload: Payload) => void): string {
  if (body.startsWith("{")) {
    const payload = JSON.parse(body);
    change(payload);
    return JSON.stringify(payload);
  }
  const fields = Object.fromEntries(new URLSearchParams(body));
  if (!fields.payload) change(fields);
  else fields.payload = changed(fields.payload, change);
  return new URLSearchParams(fields).toString();
}

interface Element {
  action_id: string;
  value?: string;
  url?: string;
}

/** A message as it stands now, made of all that was posted and changed. */
export interface Message {
  channel: string;
  ts: string;
  thread_ts: string | null;
  /** How often it was changed. */
  edits: number;
  /** All that is read in it. */
  words: string;
  buttons: Element[];
}

/** A recorder of Slack, and its messages as people would see them. */
export function startSlack() {
  const recorder = startServiceRecorder();
  const at = (path: string) =>
    recorder.said.filter((one) => one.service === "slack" && one.path === path);
  const messages = (): Message[] => {
    const posted = at("/chat.postMessage").map(({ body, answer }) => {
      const { channel, thread_ts = null } = body as Payload;
      return { channel, thread_ts, ts: (answer as Payload).ts, edits: 0, ...shown(body) };
    });
    for (const { body } of at("/chat.update")) {
      const changed = posted.find(({ ts }) => ts === (body as Payload).ts)!;
      Object.assign(changed, shown(body), { edits: changed.edits + 1 });
    }
    return posted;
  };
  return {
    ...recorder,
    messages,
    whispers: () => at("/chat.postEphemeral").map(({ body }) => body as Payload),
    /** The message that fits, once there is one. */
    async message(fits: (message: Message) => boolean): Promise<Message> {
      await untilTrue(() => Promise.resolve(messages().some(fits))).catch((error) => {
        throw new Error(`${error.message}: ${JSON.stringify(messages())}`);
      });
      return messages().find(fits)!;
    },
  };
}
export type SlackHost = ReturnType<typeof startSlack>;

function shown(body: Payload): { words: string; buttons: Element[] } {
  const { blocks = [], markdown_text = "" } = body;
  const texts = blocks.flatMap((block: Payload) => [
    block.text?.text ?? block.text ?? "",
    ...(block.type === "context" ? block.elements.map((one: Payload) => one.text) : []),
  ]);
  const buttons = blocks.flatMap(({ type, elements }: Payload) =>
    type === "actions" ? elements : []
  );
  return { words: [markdown_text, ...texts].join("\n"), buttons };
}

/** Somebody presses a button of this message. */
export const press = (s: System, message: Message, action_id: string, user = "U0NORA") =>
  deliverSlack(s, "button", (done) => {
    const element = message.buttons.find((one) => one.action_id === action_id);
    assert.ok(element, `there is no button ${action_id} in ${JSON.stringify(message)}`);
    const [first] = done.actions;
    done.actions = [{ ...first, ...element }];
    done.user.id = user;
    done.channel.id = message.channel;
    done.container = { type: "message", message_ts: message.ts, channel_id: message.channel };
    done.message = { ts: message.ts, thread_ts: message.thread_ts ?? undefined, text: "…" };
    // the recorder is no hooks.slack.com
    delete done.response_url;
  });

/** Somebody writes in the thread of this message. */
export const writeBelow = (s: System, message: Message, text: string, user = "U0NORA") =>
  deliverSlack(s, "thread_reply", ({ event }) => {
    const thread_ts = message.thread_ts ?? message.ts;
    Object.assign(event, { type: "message", text, thread_ts, user, channel: message.channel });
  });
