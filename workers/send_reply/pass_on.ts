import { z } from "zod";
import type { Reply } from "@/db/replies.ts";
import { forward } from "@/server/providers/forward.ts";
import { type Connection, type Provider, ProviderError } from "@/server/providers/provider.ts";
import type { Transport } from "@/server/providers/public_fetch.ts";
import { isListed, writtenOut } from "@/server/providers/public_fetch/hosts.ts";
import { hostAndPort } from "@/server/providers/public_fetch/url.ts";
import { standardSecretProblem } from "@/server/providers/standard_webhooks.ts";
import type { ReplyWebhook } from "@/workers/send_reply/webhook.ts";
import type { Worker } from "@/workers/worker.ts";

const place = z.object({ url: z.string(), event_type: z.string(), webhook_id: z.uuid() });

type Sends = Pick<Worker, "forward_hosts" | "forwardSecret">;

/** Signed with a secret that is for this alone: with the webhook's own, whoever receives forwards
 * could make up deliveries. Throws ProviderError. */
export async function passOn(worker: Sends, reply: Reply, body: string, transport: Transport = {}) {
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
  }, transport);
}

/** With the callback of this webhook, if it has one. Throws ProviderError when nothing signs. */
export function withCallback(
  { forward_hosts }: Pick<Sends, "forward_hosts">,
  provider: Pick<Provider, "secret_setting">,
  connection: Connection,
  webhook: ReplyWebhook,
): Connection {
  const url = webhook.callback_url;
  if (!url) return connection;
  checkHost(url, forward_hosts);
  // both directions are signed with the same: the webhook's own, or that of the built-in webhook
  const secret = [webhook.secret, connection.callback_secret]
    .find((one) => one && standardSecretProblem(one) === null);
  if (secret) {
    return { ...connection, callback: { url, secret }, allow_hosts: writtenOut(forward_hosts) };
  }
  throw refused(
    `nothing signs the answers of this webhook: set ${provider.secret_setting} to whsec_ and ` +
      "base64, or give the webhook such a secret",
  );
}

function checkHost(address: string, hosts: string[]): void {
  const url = URL.parse(address);
  if (!url) throw refused("the address to send to is none");
  if (!isListed(url, hosts)) throw refused(`${hostAndPort(url)} is not among FORWARD_HOSTS`);
}

const refused = (message: string) => new ProviderError(message, { permanent: true });
