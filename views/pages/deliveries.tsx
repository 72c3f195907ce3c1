import type { Outcome } from "@/db/deliveries.ts";
import type { Delivery } from "@/db/deliveries/list.ts";
import type { Page } from "@/db/page.ts";
import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import { DeliveryTable } from "@/views/parts/delivery_table.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import { Filter } from "@/views/parts/filter.tsx";
import { Pager, withQuery } from "@/views/parts/pager.tsx";

export const OUTCOMES = ["accepted", "ignored", "duplicate", "refused", "invalid"] as const;

export interface DeliveriesData {
  principal: Principal;
  deliveries: Page<Delivery>;
  providers: string[];
  provider: string | undefined;
  outcome: Outcome | undefined;
  cursor: string | undefined;
  now: Date;
}

/** What came in, what became of it, and why. */
export function DeliveriesPage(data: DeliveriesData) {
  const { principal, providers, provider, outcome } = data;
  return (
    <Layout title="Deliveries" principal={principal} section="deliveries" page="deliveries">
      <h1>Deliveries</h1>
      <div class="filters">
        <Filter
          label="Provider"
          path="/deliveries"
          name="provider"
          values={providers}
          chosen={provider}
          others={{ outcome }}
          shown
        />
        <Filter
          label="Outcome"
          path="/deliveries"
          name="outcome"
          values={OUTCOMES}
          chosen={outcome}
          others={{ provider }}
          shown
        />
      </div>
      <DeliveriesBody {...data} />
    </Layout>
  );
}

/** The list itself. The newest page asks for itself again: deliveries have no event of their own. */
export function DeliveriesBody(data: DeliveriesData) {
  const { deliveries, provider, outcome, cursor, now } = data;
  const refresh = cursor
    ? {}
    : { "hx-get": withQuery("/deliveries/list", { provider, outcome }), "hx-trigger": "every 4s" };
  return (
    <section id="deliveries" aria-label="List" {...refresh} hx-swap="outerMorph">
      {deliveries.items.length > 0
        ? <DeliveryTable deliveries={deliveries.items} now={now} />
        : <NoDeliveries {...data} />}
      <Pager
        first={cursor ? withQuery("/deliveries", { provider, outcome }) : null}
        older={deliveries.next_cursor &&
          withQuery("/deliveries", { provider, outcome, cursor: deliveries.next_cursor })}
      />
    </section>
  );
}

function NoDeliveries({ provider, outcome, cursor }: DeliveriesData) {
  if (provider || outcome || cursor) return <Empty title="No such deliveries." />;
  return (
    <Empty title="Nothing has come in yet.">
      <p>
        Point a webhook of GitHub at <code>/webhooks/github</code> with the secret of{" "}
        <code>GITHUB_WEBHOOK_SECRET</code>, or try it with{" "}
        <code>deno task webhook:send github issue_comment</code>.
      </p>
    </Empty>
  );
}
