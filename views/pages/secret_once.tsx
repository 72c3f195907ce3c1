import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import { senderOf, Setup } from "@/views/pages/webhook/setup.tsx";
import { Copyable } from "@/views/parts/copyable.tsx";
import { oneLine } from "@/views/plain.ts";
import type { SetupView, WebhookView } from "@/views/webhooks.ts";

export interface SecretOnceData {
  principal: Principal;
  webhook: WebhookView;
  /** Null where the person gave it. */
  secret: string | null;
  setup: SetupView;
  /** True when it replaces another one. */
  rotated: boolean;
}

/** The only page that shows a secret: the answer to the form that made it. */
export function SecretOncePage({ principal, webhook, secret, setup, rotated }: SecretOnceData) {
  const name = oneLine(webhook.name, 100);
  const title = rotated ? `New secret for ${name}` : `${name} is created`;
  return (
    <Layout title={title} principal={principal} section="webhooks" page="webhook">
      <h1>{title}</h1>
      <div class="sections">
        {secret && (
          <section class="panel secret-once" aria-labelledby="secret-title">
            <h2 id="secret-title">Its secret, shown this once</h2>
            <p>
              Take it to {senderOf(webhook)}{" "}
              now: it is stored encrypted and no page will show it again.
              {rotated && " The one before is accepted for another 24 hours."}
            </p>
            <Copyable text={secret} label="secret" />
          </section>
        )}
        {!secret && <p class="note-box">The secret that you gave is stored, encrypted.</p>}
        <Setup setup={setup} webhook={webhook} />
        <p>
          <a class="button" href={`/webhooks/${webhook.webhook_id}`}>
            To its settings and commands
          </a>
        </p>
      </div>
    </Layout>
  );
}
