import type { Delivery, RawRequest } from "@/db/deliveries/list.ts";
import type { Reply } from "@/db/replies.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { Layout } from "@/views/layout.tsx";
import type { May } from "@/views/may.ts";
import { Request } from "@/views/pages/delivery/request.tsx";
import { Arrived, Done, Matched, Read, Verified } from "@/views/pages/delivery/stages.tsx";
import { OutcomeBadge } from "@/views/parts/badge.tsx";
import { DryRunResult } from "@/views/parts/dry_run.tsx";
import { Said } from "@/views/parts/said.tsx";
import { oneLine, plain } from "@/views/plain.ts";
import type { DryRun } from "@/views/webhooks.ts";

/** The webhook that a delivery came in at, where it is still there. */
export interface CameBy {
  webhook_id: string;
  name: string;
  /** The setting with the trusted users. */
  trusted_setting: string | null;
}

export interface DeliveryData {
  principal: Principal;
  may: May;
  delivery: Delivery;
  raw: RawRequest | null;
  webhook: CameBy | null;
  tasks: Task[];
  replies: Reply[];
  now: Date;
  /** The dry run, where it was started without JavaScript. */
  dry_run?: DryRun;
}

export function DeliveryPage(data: DeliveryData) {
  const { principal, delivery, raw, dry_run } = data;
  const name = `${oneLine(delivery.provider, 40)} ${oneLine(delivery.event_type ?? "unread", 80)}`;
  const path = `/deliveries/${delivery.delivery_id}`;
  return (
    <Layout title={name} principal={principal} section="deliveries" page="delivery">
      <header class="task-head">
        <p class="kicker">
          <OutcomeBadge outcome={delivery.outcome} />
          <a href="/deliveries">All deliveries</a>
        </p>
        <h1>{name}</h1>
        {delivery.reason && !isTurnedAway(delivery) && (
          <p class="note-box">{plain(delivery.reason)}</p>
        )}
        <Kin delivery={delivery} />
      </header>
      {data.may.operate && raw?.body && (
        <div class="actions">
          <form method="post" action={`${path}/replay`}>
            <button type="submit" title="Really again, with today's commands">Replay</button>
          </form>
          <form
            method="get"
            action={`${path}/dry-run`}
            hx-get={`${path}/dry-run`}
            hx-target="#dry-run"
            hx-swap="innerHTML"
            data-busy="Trying…"
          >
            <button type="submit" title="What today's commands would do; nothing is sent">
              Dry run
            </button>
          </form>
        </div>
      )}
      <Said selector="#dry-run .verdict" />
      <div id="dry-run">{dry_run && <DryRunResult run={dry_run} />}</div>
      <ol class="trace">
        <Arrived {...data} />
        <Verified {...data} />
        <Read {...data} />
        <Matched {...data} />
        <Done {...data} />
      </ol>
      <Request raw={raw} />
    </Layout>
  );
}

const isTurnedAway = ({ outcome }: Delivery) => outcome === "refused" || outcome === "invalid";

/** Other deliveries of the same content. */
function Kin({ delivery: { duplicate_of, replay_of } }: { delivery: Delivery }) {
  if (!duplicate_of && !replay_of) return null;
  return (
    <p class="links">
      {duplicate_of && (
        <span>
          The same came in before: <a href={`/deliveries/${duplicate_of}`}>the first one</a>
        </span>
      )}
      {replay_of && (
        <span>
          A replay of <a href={`/deliveries/${replay_of}`}>an earlier delivery</a>
        </span>
      )}
    </p>
  );
}
