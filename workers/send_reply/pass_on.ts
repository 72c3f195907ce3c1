/** Sends events, and answers without another way back, to addresses that people gave us. */
import { z } from "zod";
import type { Reply } from "@/db/replies.ts";
import { forward } from "@/server/providers/forward.ts";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { hostAndPort } from "@/server/providers/public_fetch/url.ts";
import { standardSecretProblem } from "@/server/providers/standard_webhooks.ts";
import type { DoorOut } from "@/workers/send_reply/door.ts";
import type { Worker } from "@/workers/worker.ts";

const place = z.object({ url: z.string(), event_type: z.string() });

/**
 * Forwards an event, signed by Standard Webhooks.
 * @throws ProviderError
 */
export async function passOn(worker: Worker, reply: Reply, door: DoorOut, body: string) {
  const target = place.safeParse(reply.target);
  if (!target.success) throw refused(`not a place to forward to: ${z.prettifyError(target.error)}`);
  const { url, event_type } = target.data;
  checkHost(url, worker.forward_hosts);
  await forward({
    ...{ url, event_type, body },
    // every try carries the same id, so that the receiver can tell a repeat
    id: reply.reply_id,
    secret: signingSecret(worker, door),
    allow_hosts: worker.forward_hosts,
  });
}

/**
 * What a connection needs besides to reach the callback of this door; nothing where it has none.
 * @throws ProviderError when the callback may not be called, or nothing signs
 */
export function wayBack(worker: Worker, door: DoorOut): Partial<Connection> {
  if (!door.callback_url) return {};
  checkHost(door.callback_url, worker.forward_hosts);
  const callback = { url: door.callback_url, secret: signingSecret(worker, door) };
  return { callback, allow_hosts: worker.forward_hosts };
}

/**
 * The webhook's own secret where it is of the right form: those of GitHub and others are not, and
 * built-in doors keep theirs in the server. Then the one of the `custom` door signs.
 */
function signingSecret({ custom_secret }: Worker, { secret }: DoorOut): string {
  const usable = [secret, custom_secret].find((one) => one && standardSecretProblem(one) === null);
  if (usable) return usable;
  throw refused(
    "nothing signs what is sent from this webhook: set CUSTOM_WEBHOOK_SECRET to whsec_ and " +
      "base64, or give the webhook such a secret",
  );
}

/** With a list of hosts, no other is called. */
function checkHost(address: string, hosts: string[]): void {
  const url = URL.parse(address);
  if (!url) throw refused("the address to send to is none");
  if (hosts.length === 0 || hosts.includes(hostAndPort(url))) return;
  throw refused(`${hostAndPort(url)} is not among FORWARD_HOSTS`);
}

const refused = (message: string) => new ProviderError(message, { permanent: true });
