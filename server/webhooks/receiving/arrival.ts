import type { Database } from "@/db/client.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Provider } from "@/server/providers/provider.ts";
import { answerRefusal, type Refusal } from "@/server/webhooks/receiving/refuse.ts";
import type { Webhook, Webhooks } from "@/server/webhooks/webhook.ts";

export interface Arrival {
  webhook: Webhook | null;
  /** as the address names it, which may be wrong */
  provider: Provider | undefined;
  is_created: boolean;
  headers: Headers;
  received_at: Date;
  started: number;
  body_bytes: number;
}

/** `webhook_id` names a created webhook, which is found only under its own provider's name. */
export function arrivalAt(
  webhooks: Pick<Webhooks, "builtin" | "created">,
  provider_name: string,
  webhook_id: string | null,
): Pick<Arrival, "webhook" | "provider" | "is_created"> {
  const found: Webhook | null = webhook_id === null
    ? webhooks.builtin(provider_name)
    : webhooks.created(webhook_id);
  return {
    webhook: found?.provider.name === provider_name ? found : null,
    provider: providers.get(provider_name),
    is_created: webhook_id !== null,
  };
}

export const isOpen = ({ webhook }: Arrival): boolean =>
  webhook !== null && webhook.enabled && webhook.secrets.length > 0;

// Nobody is to learn which created webhooks there are. Which providers are set up is no secret.
export function mustLookOpen({ webhook, provider, is_created }: Arrival): boolean {
  if (!provider) return false;
  return is_created || (webhook !== null && webhook.secrets.length > 0);
}

/** The webhook that this is signed for, or why there is none. Costs the same in every case. */
export function authenticate(
  { webhook, provider: named, headers, received_at }: Arrival,
  body: Uint8Array,
): { webhook: Webhook } | { unauthorized: string } {
  const provider = webhook?.provider ?? named ?? anyProvider;
  const verdict = provider.verify({ headers, body }, webhook?.secrets ?? [], received_at);
  if (!webhook) return { unauthorized: "there is no such webhook" };
  if (!webhook.enabled) return { unauthorized: `the webhook ${webhook.name} is off` };
  if (verdict.ok) return { webhook };
  if (webhook.is_builtin) return { unauthorized: verdict.reason };
  const reason = verdict.reason.replaceAll(provider.secret_setting, "its secret");
  return { unauthorized: webhook.secret_problem ?? reason };
}

const anyProvider = [...providers.values()][0];

export type Observe = (provider: string, outcome: string, answered_ms: number) => void;

/** Answers with a problem document, and records why. `authentic`: the sender proved who it is. */
export function refuse(
  { db, observe }: { db: Database; observe?: Observe },
  { webhook, headers, body_bytes, started }: Arrival,
  { status, reason, authentic = false }: Pick<Refusal, "status" | "reason"> & {
    authentic?: boolean;
  },
): Promise<Response> {
  const answered_ms = performance.now() - started;
  const provider = webhook?.provider ?? null;
  observe?.(provider?.name ?? "unknown", authentic ? "invalid" : "refused", answered_ms);
  return answerRefusal(db, {
    status,
    reason,
    authentic,
    provider,
    webhook_id: webhook && !webhook.is_builtin ? webhook.webhook_id : null,
    headers,
    body_bytes,
    answered_ms,
  });
}
