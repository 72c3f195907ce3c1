import { type Outcome, OUTCOMES } from "@/db/nouns/delivery.ts";
import type { Delivery } from "@/db/deliveries/list.ts";
import type { Page } from "@/db/page.ts";
import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import { DeliveryTable } from "@/views/parts/delivery_table.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import { Filter } from "@/views/parts/filter.tsx";
import { Pager, withQuery } from "@/views/parts/pager.tsx";
import { oneLine, plain } from "@/views/plain.ts";

/** Filters, as the address has them. */
export interface DeliveryQuery {
  provider?: string;
  outcome?: Outcome;
  webhook?: string;
  event_type?: string;
  flow?: string;
}

export interface DeliveriesData {
  principal: Principal;
  deliveries: Page<Delivery>;
  providers: string[];
  webhooks: { webhook_id: string; name: string }[];
  event_types: string[];
  query: DeliveryQuery;
  cursor: string | undefined;
  now: Date;
}

export function DeliveriesPage(data: DeliveriesData) {
  const { principal, providers, query } = data;
  const { provider, outcome, ...others } = query;
  return (
    <Layout title="Deliveries" principal={principal} section="deliveries" page="deliveries">
      <h1>Deliveries</h1>
      <div id="events" hx-sse:connect="/hints" hx-swap="none"></div>
      <div class="filters">
        <Filter
          label="Provider"
          path="/deliveries"
          name="provider"
          values={providers}
          chosen={provider}
          others={{ ...others, outcome }}
          shown
        />
        <Filter
          label="Outcome"
          path="/deliveries"
          name="outcome"
          values={OUTCOMES}
          chosen={outcome}
          others={{ ...others, provider }}
          shown
        />
        <MoreFilters {...data} />
      </div>
      <DeliveriesBody {...data} />
    </Layout>
  );
}

function MoreFilters({ webhooks, event_types, query }: DeliveriesData) {
  const { provider, outcome, flow, webhook, event_type } = query;
  const others = Object.entries({ provider, outcome, flow });
  return (
    <form method="get" action="/deliveries" class="more-filters">
      {others.map(([name, value]) =>
        value && <input key={name} type="hidden" name={name} value={value} />
      )}
      <span>
        <label for="webhook">Webhook</label>
        <select id="webhook" name="webhook">
          <option value="">all</option>
          {webhooks.map(({ webhook_id, name }) => (
            <option key={webhook_id} value={webhook_id} selected={webhook_id === webhook}>
              {oneLine(name, 60)}
            </option>
          ))}
        </select>
      </span>
      <span>
        <label for="event_type">Event</label>
        <input
          id="event_type"
          name="event_type"
          list="event-types"
          value={plain(event_type ?? "")}
          placeholder="any"
        />
      </span>
      <datalist id="event-types">
        {event_types.map((type) => <option key={type} value={type} />)}
      </datalist>
      <button type="submit">Show</button>
      {flow && (
        <a href={withQuery("/deliveries", { ...query, flow: undefined })}>Not only this flow</a>
      )}
    </form>
  );
}

// Events announce deliveries with a task; app.js polls for the others while the page is visible.
const REFRESH = "task.created from:#events throttle:1s, every 4s";

/** The newest page loads itself again. */
export function DeliveriesBody(data: DeliveriesData) {
  const { deliveries, query, cursor, now } = data;
  const refresh = cursor ? {} : {
    "hx-get": withQuery("/deliveries/list", { ...query }),
    "hx-trigger": REFRESH,
    "data-while-visible": true,
  };
  return (
    <section id="deliveries" aria-label="List" {...refresh} hx-swap="outerMorph">
      {deliveries.items.length > 0
        ? <DeliveryTable deliveries={deliveries.items} now={now} />
        : <NoDeliveries {...data} />}
      <Pager
        first={cursor ? withQuery("/deliveries", { ...query }) : null}
        older={deliveries.next_cursor &&
          withQuery("/deliveries", { ...query, cursor: deliveries.next_cursor })}
      />
    </section>
  );
}

function NoDeliveries({ query, cursor }: DeliveriesData) {
  if (cursor || Object.values(query).some(Boolean)) {
    return (
      <Empty title="No such deliveries.">
        <p>
          <a href="/deliveries">Show all of them</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has come in yet.">
      <p>
        <a href="/webhooks">Open a webhook</a>{" "}
        and set it up at its provider, or try the one of GitHub with{" "}
        <code>deno task webhook:send github issue_comment</code>.
      </p>
    </Empty>
  );
}
