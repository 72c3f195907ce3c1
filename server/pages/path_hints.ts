import { listDeliveries, rawDelivery } from "@/db/deliveries/list.ts";
import type { AppDeps } from "@/server/env.ts";
import { providers } from "@/server/providers/mod.ts";
import { shownRequest } from "@/server/shown.ts";
import type { PathHints } from "@/views/pages/command/form.tsx";
import { payloadPaths } from "@/views/payload_paths.ts";
import type { WebhookView } from "@/views/webhooks.ts";

const LONGEST_HINTED = 1024 * 1024;

/** What the newest readable delivery of a webhook has, for those who write a template. */
export async function pathHints(deps: AppDeps, webhook: WebhookView): Promise<PathHints | null> {
  const { db } = deps;
  const { provider, is_builtin, webhook_id } = webhook;
  const filter = { provider, webhook_id: is_builtin ? null : webhook_id };
  const { items } = await listDeliveries(db, filter, { limit: 10 });
  const newest = items.find(({ outcome, body_bytes }) =>
    (outcome === "accepted" || outcome === "ignored") && body_bytes <= LONGEST_HINTED
  );
  const raw = newest && shownRequest(deps, await rawDelivery(db, newest.delivery_id));
  if (!raw?.body) return null;
  const reading = providers.get(provider)?.read(new Headers(raw.headers), raw.body);
  if (!reading || reading.kind === "unreadable") return null;
  const paths = payloadPaths(reading.payload);
  return paths.length > 0 ? { event_type: reading.event.event_type, paths } : null;
}
