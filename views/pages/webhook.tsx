import type { Delivery } from "@/db/deliveries/list.ts";
import type { Principal } from "@/db/sessions.ts";
import { AnswerTimes, OBJECTIVE_MS } from "@/views/charts/answer_bar.tsx";
import { OutcomeBar } from "@/views/charts/outcome_bar.tsx";
import { countOf } from "@/views/webhook_counts.ts";
import { Layout } from "@/views/layout.tsx";
import type { May } from "@/views/may.ts";
import { CommandsTable } from "@/views/pages/webhook/commands_table.tsx";
import { ForwardKey } from "@/views/pages/webhook/forward_key.tsx";
import { SelfTestForm, SelfTestResult } from "@/views/pages/webhook/self_test.tsx";
import { Settings, type WebhookDraft, webhookDraft } from "@/views/pages/webhook/settings.tsx";
import { senderOf, Setup } from "@/views/pages/webhook/setup.tsx";
import { Copyable } from "@/views/parts/copyable.tsx";
import { DeliveryTable } from "@/views/parts/delivery_table.tsx";
import { WebhookState } from "@/views/parts/webhook_state.tsx";
import { Empty } from "@/views/parts/empty.tsx";
import type { FieldProblem } from "@/views/parts/field.tsx";
import { withQuery } from "@/views/parts/pager.tsx";
import { Ago } from "@/views/parts/time.tsx";
import { oneLine, plain } from "@/views/plain.ts";
import type { SelfTest, SetupView, WebhookView } from "@/views/webhooks.ts";

export interface WebhookData {
  principal: Principal;
  may: May;
  webhook: WebhookView;
  setup: SetupView;
  /** Secret that signs forwards; null where there are none, or the person may not see it. */
  forward_secret: string | null;
  agents: string[];
  deliveries: Delivery[];
  now: Date;
  /** True when a new one was asked for where this one exists already. */
  existing?: boolean;
  /** Of a self-test that was started without JavaScript. */
  test?: SelfTest;
  /** Input that was refused. */
  refused?: { draft: WebhookDraft; problems: FieldProblem[] };
}

export function WebhookPage(data: WebhookData) {
  const { principal, may, webhook, setup, agents, existing, test, refused } = data;
  return (
    <Layout title={webhook.name} principal={principal} section="webhooks" page="webhook">
      <Head webhook={webhook} may={may} />
      <div class="sections">
        {existing && (
          <p class="note-box" role="status">
            Nothing was created: this webhook was there already. Add your commands here, or ask for
            an address of its own.
          </p>
        )}
        {test && (
          <section class="panel" aria-label="Result of the self-test">
            <SelfTestResult test={test} />
          </section>
        )}
        {may.administer && refused && <Settings webhook={webhook} agents={agents} {...refused} />}
        <Figures webhook={webhook} />
        <Commands webhook={webhook} may={may} />
        <Recent {...data} />
        {may.administer && !refused && (
          <Settings webhook={webhook} agents={agents} draft={webhookDraft(webhook)} problems={[]} />
        )}
        <div class="halves">
          <Setup setup={setup} webhook={webhook} />
          <div class="sections">
            {may.operate && <SelfTestForm webhook_id={webhook.webhook_id} />}
            {data.forward_secret && <ForwardKey secret={data.forward_secret} />}
          </div>
        </div>
      </div>
    </Layout>
  );
}

function Head({ webhook: w, may }: Pick<WebhookData, "webhook" | "may">) {
  return (
    <header class="task-head">
      <p class="kicker">
        <WebhookState webhook={w} />
        <span>{w.is_builtin ? "built in" : oneLine(w.provider_title, 40)}</span>
        <a href="/webhooks">All webhooks</a>
      </p>
      <h1>{oneLine(w.name, 100)}</h1>
      {w.description && <p>{plain(w.description)}</p>}
      {w.problem && <p class="trouble">{plain(w.problem)}</p>}
      <div class="actions">
        <Copyable text={w.address} label="address" />
        {may.operate && (
          <form
            method="post"
            action={`/webhooks/${w.webhook_id}/settings/${w.enabled ? "disable" : "enable"}`}
          >
            <button type="submit">{w.enabled ? "Turn off" : "Turn on"}</button>
          </form>
        )}
      </div>
    </header>
  );
}

function Figures({ webhook: { stats, command_prefix, created_by } }: { webhook: WebhookView }) {
  return (
    <section aria-labelledby="figures-title">
      <h2 id="figures-title">Last {stats.hours} hours</h2>
      <div class="panel figures-panel">
        <div>
          <p>
            <b class="value">{countOf(stats, "received")}</b> received
            {stats.last_received_at && (
              <>
                , the last one <Ago at={stats.last_received_at} />
              </>
            )}
          </p>
          <OutcomeBar stats={stats} />
        </div>
        <div>
          <p>
            Answered in <span class="muted">(objective: {OBJECTIVE_MS} ms)</span>
          </p>
          <AnswerTimes p50={stats.answer_ms_p50} p99={stats.answer_ms_p99} />
          <p class="muted">
            Asked by <code>{oneLine(command_prefix, 50)}</code>
            {created_by && `, created by ${oneLine(created_by, 60)}`}
          </p>
        </div>
      </div>
    </section>
  );
}

function Commands({ webhook, may }: Pick<WebhookData, "webhook" | "may">) {
  return (
    <section aria-labelledby="commands-title">
      <div class="section-head">
        <h2 id="commands-title">Commands</h2>
        {may.administer && (
          <a class="button" href={`/webhooks/${webhook.webhook_id}/commands/new`}>New command</a>
        )}
      </div>
      <CommandsTable webhook={webhook} may={may} />
    </section>
  );
}

function Recent({ webhook, deliveries, now }: WebhookData) {
  return (
    <section aria-labelledby="recent-title">
      <div class="section-head">
        <h2 id="recent-title">Newest deliveries</h2>
        {deliveries.length > 0 && (
          <a href={withQuery("/deliveries", { webhook: webhook.webhook_id })}>All of them</a>
        )}
      </div>
      {deliveries.length > 0
        ? <DeliveryTable deliveries={deliveries} now={now} />
        : (
          <Empty title="Nothing has come in here yet.">
            <p>
              Set it up at {senderOf(webhook)} as said below, or run the self-test.
            </p>
          </Empty>
        )}
    </section>
  );
}
