/** One person, whose token we use, and what each service tells of the two of us. */
import { createHmac } from "node:crypto";
import type { Database } from "@/db/client.ts";
import { partPosted, replySent, takeReply } from "@/db/replies/sending.ts";
import { github } from "@/server/providers/github.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import { jira } from "@/server/providers/jira.ts";
import { documentOf } from "@/server/providers/jira/document.ts";
import { linear } from "@/server/providers/linear.ts";
import { openPart } from "@/server/providers/markdown_out.ts";
import { wikiOf } from "@/server/providers/jira/wiki.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { sentry } from "@/server/providers/sentry.ts";
import { slack } from "@/server/providers/slack.ts";
import { readPart } from "@/server/providers/slack/outgoing.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import { type WebhookChange, webhookOf, webhooksOf } from "@/tests/helpers/webhooks.ts";
import type { Payload } from "./samples.ts";

export const SECRET = "secret-of-the-person";

/** What becomes of a payload; `headers` where the kind of event stands there. */
export type Change = (payload: Payload, headers: Record<string, string>) => void;

export interface Service {
  name: string;
  provider: Provider;
  /** a comment of the person */
  sample: string;
  webhook: WebhookChange;
  /** the comment has this id at the service, as the outbox notes it, and says this */
  comment(id: number, text: string): Change;
  /** it is a part of ours that the service shows, by the same account */
  ours(id: number, part: string): Change;
  /** somebody else made it happen */
  by_another: Change;
  /** it tells of a comment that was changed */
  edited: Change;
  /** how the outbox notes that id */
  noted(id: number): string;
}

const said =
  (field: (p: Payload) => Payload, id_field: string, text_field: string) =>
  (id: number, text: string): Change =>
  (p) => Object.assign(field(p), { [id_field]: id, [text_field]: text });

const githubComment = said((p) => p.comment, "id", "body");
const gitlabNote = said((p) => p.object_attributes, "id", "note");
const sentryComment = said((p) => p.data, "comment_id", "comment");
const jiraComment = said((p) => p.comment, "id", "body");
const jiraShows = (id: number, part: string) =>
  jiraComment(id, wikiOf(documentOf(openPart(part).markdown)));
const linearComment = (id: number, body: string): Change => (p) =>
  Object.assign(p.data, { id: String(id), body });
const slackTs = (id: number) => `1700000000.${String(id).padStart(6, "0")}`;
const NORA_DC = { name: "nora", key: "JIRAUSER10100", displayName: "Nora" };

/** Data Center tells of a comment without its issue. */
const atDataCenter = (change: Change): Change => (p, headers) => {
  p.comment.self = "https://jira.example.com/rest/api/2/issue/10012/comment/1";
  p.comment.author = p.comment.updateAuthor = { ...NORA_DC };
  delete p.issue;
  change(p, headers);
};

export const SERVICES: Service[] = [{
  name: "GitHub",
  provider: github,
  sample: "issue_comment",
  webhook: { own_name: "nora" },
  comment: githubComment,
  ours: githubComment,
  by_another: (p) => p.comment.user = p.sender = { id: 7, login: "sam", type: "User" },
  edited: (p) => p.action = "edited",
  noted: String,
}, {
  name: "GitLab",
  provider: gitlab,
  sample: "issue_note",
  webhook: { own_name: "nora", settings: { trusted_users: ["nora", "sam"] } },
  comment: gitlabNote,
  ours: gitlabNote,
  by_another: (p) => p.user = { id: 9_000_011, username: "sam" },
  edited: (p) => p.object_attributes.action = "update",
  noted: String,
}, {
  name: "Jira Cloud",
  provider: jira,
  sample: "comment",
  webhook: {
    own_name: "5f00000000000000000000a1",
    settings: { trusted_users: ["5f00000000000000000000a1", "5f0sam"] },
  },
  comment: jiraComment,
  ours: jiraShows,
  by_another: (p) => p.comment.author = p.comment.updateAuthor = { accountId: "5f0sam" },
  edited: (p) => p.webhookEvent = "comment_updated",
  noted: String,
}, {
  name: "Jira Data Center",
  provider: jira,
  sample: "comment",
  webhook: { own_name: "nora", settings: { trusted_users: ["JIRAUSER10100", "sam"] } },
  comment: (id, text) => atDataCenter(jiraComment(id, text)),
  ours: (id, part) => atDataCenter(jiraShows(id, part)),
  by_another: (p) => p.comment.author = p.comment.updateAuthor = { name: "sam", key: "sam" },
  edited: (p) => p.webhookEvent = "comment_updated",
  noted: String,
}, {
  name: "Slack",
  provider: slack,
  sample: "app_mention",
  webhook: { own_name: "U0NORA", full_members: ["U0NORA", "U0SAM"] },
  comment: (id, text) => (p) => Object.assign(p.event, { ts: slackTs(id), text }),
  ours: (id, part) => (p) => {
    const { text, metadata } = readPart(part);
    Object.assign(p.event, { ts: slackTs(id), text, metadata, bot_id: "B0AGENT" });
  },
  by_another: (p) => p.event.user = "U0SAM",
  edited: (p) => {
    const { channel, ts } = p.event;
    const message = { ...p.event, type: "message", edited: { user: p.event.user, ts } };
    p.event = { type: "message", subtype: "message_changed", channel, ts: "1700000099.000001" };
    Object.assign(p.event, { message, event_ts: p.event.ts });
  },
  noted: (id) => `C0TEASHOP:${slackTs(id)}`,
}, {
  name: "Linear",
  provider: linear,
  sample: "comment",
  webhook: { own_name: "nora", settings: { trusted_users: ["nora", "sam"] } },
  comment: linearComment,
  ours: (id, part) => linearComment(id, openPart(part).markdown),
  by_another: (p) => {
    const sam = { id: "user-sam", name: "Sam", url: "https://linear.app/harbour/profiles/sam" };
    Object.assign(p, { actor: { ...sam, type: "user" } });
    Object.assign(p.data, { user: sam, userId: sam.id });
  },
  edited: (p) => Object.assign(p, { action: "update" }),
  noted: String,
}, {
  name: "Sentry",
  provider: sentry,
  sample: "comment",
  webhook: {},
  comment: sentryComment,
  ours: sentryComment,
  by_another: (p) => p.actor = { type: "user", id: 78, name: "sam" },
  edited: (p) => p.action = "updated",
  noted: String,
}];

const hmac = (text: string) => createHmac("sha256", SECRET).update(text).digest("hex");
const SIGN: Record<string, (body: string, headers: Record<string, string>) => object> = {
  github: (body) => ({ "x-hub-signature-256": `sha256=${hmac(body)}` }),
  gitlab: () => ({}),
  linear: (body) => ({ "linear-signature": hmac(body) }),
  jira: (body) => ({ "x-hub-signature": `sha256=${hmac(body)}` }),
  slack: (body, headers) => ({
    "x-slack-signature": `v0=${hmac(`v0:${headers["x-slack-request-timestamp"]}:${body}`)}`,
  }),
  sentry: (body) => ({ "sentry-hook-signature": hmac(body) }),
};

export interface Heard {
  delivery_id: string;
  outcome: string;
  reason: string | null;
  trust: string;
  tasks: number;
}

/** A sample, changed and signed anew, arrives at a webhook; what became of it. */
export async function hear(
  db: Database,
  provider: Provider,
  sample: string,
  webhook: WebhookChange,
  ...changes: Change[]
): Promise<Heard> {
  const made = provider.sample(sample, SECRET, undefined, new Date());
  const payload = JSON.parse(made.body);
  const headers = { ...made.headers };
  if (payload.event_id) payload.event_id = `Ev${crypto.randomUUID().slice(0, 8)}`;
  for (const change of changes) change(payload, headers);
  const body = JSON.stringify(payload);
  Object.assign(headers, SIGN[provider.name](body, headers));
  const webhooks = webhooksOf(webhookOf(provider, { secrets: [SECRET], ...webhook }));
  const deps = { db, webhooks, public_url: "http://127.0.0.1:8000", now: () => new Date() };
  const request = new Request("http://127.0.0.1/", { method: "POST", headers, body });
  const answer = await (await receiveWebhook(deps, provider.name, request)).json();
  const [row] = await db.sql<Heard[]>`
    select delivery_id, outcome, reason, actor->>'trust' as trust, cardinality(task_ids) as tasks
    from deliveries where delivery_id = ${answer.delivery_id}`;
  return { ...row, outcome: answer.outcome };
}

/** The person asks for something; the outbox is posting the answer. */
export async function posting(db: Database, service: Service, words = "@agent help") {
  const { provider, sample, webhook, comment } = service;
  const asked = await hear(db, provider, sample, webhook, comment(100, words));
  const [{ reply_id }] = await db.sql<{ reply_id: string }[]>`
    select reply_id from replies where delivery_id = ${asked.delivery_id} and kind = 'comment'`;
  const reply = (await takeReply(db, reply_id))!;
  const outgoing = { marker_id: reply_id, mentions: ["@agent"], more_url: null };
  const [part] = provider.prepare(reply.body, outgoing);
  return {
    part,
    /** it is out there, and the service has told us its id */
    async isOut(id: number) {
      await partPosted(db, reply, { outside_ids: [service.noted(id)], outside_url: null });
      await replySent(db, reply);
    },
  };
}
