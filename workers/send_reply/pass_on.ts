/** Sends events, and answers without another way back, to addresses that people gave us. */
import { z } from "zod";
import type { Reply } from "@/db/replies.ts";
import { forward } from "@/server/providers/forward.ts";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import type { Ways } from "@/server/providers/public_fetch.ts";
import { isListed, writtenOut } from "@/server/providers/public_fetch/hosts.ts";
import { hostAndPort } from "@/server/providers/public_fetch/url.ts";
import { standardSecretProblem } from "@/server/providers/standard_webhooks.ts";
import type { ReplyWebhook } from "@/workers/send_reply/webhook.ts";
import type { Worker } from "@/workers/worker.ts";

const place = z.object({ url: z.string(), event_type: z.string(), webhook_id: z.uuid() });

type Sends = Pick<Worker, "forward_hosts" | "forwardSecret" | "custom_secret">;

/**
 * Forwards an event, signed by Standard Webhooks with a secret that is for this alone: with the
 * webhook's own, whoever receives forwards could make up deliveries.
 * @throws ProviderError
 */
export async function passOn(worker: Sends, reply: Reply, body: string, ways: Ways = {}) {
  const target = place.safeParse(reply.target);
  if (!target.success) throw refused(`not a place to forward to: ${z.prettifyError(target.error)}`);
  const { url, event_type, webhook_id } = target.data;
  checkHost(url, worker.forward_hosts);
  await forward({
    url,
    event_type,
    body,
    // every try carries the same id, so that the receiver can tell a repeat
    id: reply.reply_id,
    secret: worker.forwardSecret(webhook_id),
    allow_hosts: writtenOut(worker.forward_hosts),
  }, ways);
}

/**
 * What a connection needs besides to reach the callback of this webhook; nothing where it has none.
 * @throws ProviderError when the callback may not be called, or nothing signs
 */
export function wayBack(worker: Sends, webhook: ReplyWebhook): Partial<Connection> {
  if (!webhook.callback_url) return {};
  checkHost(webhook.callback_url, worker.forward_hosts);
  const callback = { url: webhook.callback_url, secret: callbackSecret(worker, webhook) };
  return { callback, allow_hosts: writtenOut(worker.forward_hosts) };
}

/** Both directions are signed with the same: the webhook's own, or that of the built-in webhook. */
function callbackSecret({ custom_secret }: Sends, { secret }: ReplyWebhook): string {
  const usable = [secret, custom_secret].find((one) => one && standardSecretProblem(one) === null);
  if (usable) return usable;
  throw refused(
    "nothing signs the answers of this webhook: set CUSTOM_WEBHOOK_SECRET to whsec_ and base64, " +
      "or give the webhook such a secret",
  );
}

function checkHost(address: string, hosts: string[]): void {
  const url = URL.parse(address);
  if (!url) throw refused("the address to send to is none");
  if (!isListed(url, hosts)) throw refused(`${hostAndPort(url)} is not among FORWARD_HOSTS`);
}

const refused = (message: string) => new ProviderError(message, { permanent: true });
