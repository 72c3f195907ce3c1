import type { WebhookView } from "@/views/webhooks.ts";
import { Icon } from "./icon.tsx";

/** Shape, colour and word say the same. */
export function WebhookState({ webhook }: { webhook: WebhookView }) {
  const [icon, tone, word] = webhook.is_open
    ? ["completed", "completed", "open"] as const
    : webhook.enabled
    ? ["failed", "failed", "shut"] as const
    : ["cancelled", "cancelled", "off"] as const;
  return (
    <span class={`badge is-${tone}`} data-webhook={word}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
