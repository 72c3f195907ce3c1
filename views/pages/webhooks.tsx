import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import type { May } from "@/views/may.ts";
import {
  type CreateDraft,
  CreateForm,
  type ProviderChoice,
} from "@/views/pages/webhooks/create_form.tsx";
import { WebhookTable } from "@/views/parts/webhook_table.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import type { FieldProblem } from "@/views/parts/field.tsx";
import type { WebhookView } from "@/views/webhooks.ts";

export interface WebhooksData {
  principal: Principal;
  may: May;
  webhooks: WebhookView[];
  providers: ProviderChoice[];
  /** Input that was refused. */
  refused?: { draft: CreateDraft; problems: FieldProblem[] };
}

export function WebhooksPage(data: WebhooksData) {
  const { principal, may, webhooks, providers, refused } = data;
  const builtin = webhooks.filter(({ is_builtin }) => is_builtin);
  const created = webhooks.filter(({ is_builtin }) => !is_builtin);
  return (
    <Layout title="Webhooks" principal={principal} section="webhooks" page="webhooks">
      <h1>Webhooks</h1>
      <div class="sections">
        {may.administer && refused && <CreateForm providers={providers} {...refused} />}
        <section aria-labelledby="builtin-title">
          <h2 id="builtin-title">Built in</h2>
          <p class="about">One for each provider; its secret is a setting of the server.</p>
          <WebhookTable webhooks={builtin} label="Built-in webhooks" />
        </section>
        <section aria-labelledby="created-title">
          <h2 id="created-title">Created here</h2>
          {created.length > 0
            ? <WebhookTable webhooks={created} label="Created webhooks" />
            : <NoneCreated may={may} />}
        </section>
        {may.administer && !refused && <CreateForm providers={providers} problems={[]} />}
      </div>
    </Layout>
  );
}

function NoneCreated({ may }: { may: May }) {
  return (
    <Empty title="No webhook has been created.">
      <p>
        One of its own for a team, a repository or a service of yours has its own address, secret
        and commands.{" "}
        {may.administer ? "Create it below." : "Somebody with the role admin can create one."}
      </p>
    </Empty>
  );
}
