import type { Reply } from "@/db/replies.ts";
import { createRedactor } from "@/db/process/redact.ts";
import { redactPayload } from "@/db/process/redact/payload.ts";
import type { Card, Outgoing, Provider } from "@/server/providers/provider.ts";
import type { ReplyWebhook } from "@/workers/send_reply/webhook.ts";
import type { Worker } from "@/workers/worker.ts";

export interface ReplyText {
  parts: string[];
  whole: string;
  card: Card | null;
  /** How a text in the place of part `index` is prepared. */
  outgoing(index: number): Outgoing;
}

/** Redacts a reply, breaks up what would call somebody, and cuts it as its provider wants. */
export function replyText(
  worker: Worker,
  reply: Reply,
  provider: Provider,
  webhook: ReplyWebhook,
): ReplyText {
  const own_name = worker.own_names[reply.provider];
  const prefixes = [
    worker.command_prefix,
    ...(webhook.command_prefix ? [webhook.command_prefix] : []),
  ];
  const id = reply.task_id ?? reply.reply_id;
  const outgoing = (index: number): Outgoing => ({
    marker_id: index === 0 ? id : `${id}.${index + 1}`,
    mentions: [...new Set([...prefixes, ...(own_name ? provider.mentions(own_name) : [])])],
    more_url: reply.task_id && `${worker.public_url}/tasks/${reply.task_id}`,
  });
  const { redact } = createRedactor(webhook.secret ? [webhook.secret] : []);
  const withoutSecrets = (text: string) => redact(worker.redactor.redact(text));
  const whole = reply.kind === "forward"
    ? redactPayload(reply.body, withoutSecrets)
    : withoutSecrets(reply.body);
  const card = reply.card && provider.abilities.includes("card")
    ? withoutSecretsIn(reply.card, withoutSecrets)
    : null;
  return { parts: provider.prepare(whole, outgoing(0)), whole, card, outgoing };
}

/** Text by text, so that a secret that is cut later is gone before. */
const withoutSecretsIn = (card: Card, redact: (text: string) => string): Card =>
  JSON.parse(JSON.stringify(card, (_name, part) => typeof part === "string" ? redact(part) : part));
