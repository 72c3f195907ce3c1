import { AnswerTimes } from "@/views/charts/answer_bar.tsx";
import { OUTCOMES } from "@/db/nouns/delivery.ts";
import { countOf } from "@/views/webhook_counts.ts";
import { plural } from "@/views/format.ts";
import { oneLine } from "@/views/plain.ts";
import type { WebhookStats, WebhookView } from "@/views/webhooks.ts";
import { WebhookState } from "./webhook_state.tsx";

export function WebhookTable({ webhooks, label }: { webhooks: WebhookView[]; label: string }) {
  return (
    <table class="list webhooks" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">State</th>
          <th role="columnheader" scope="col">Webhook</th>
          <th role="columnheader" scope="col">Last 24 hours</th>
          <th role="columnheader" scope="col">Answered in</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {webhooks.map((webhook) => <WebhookRow key={webhook.webhook_id} webhook={webhook} />)}
      </tbody>
    </table>
  );
}

function WebhookRow({ webhook: w }: { webhook: WebhookView }) {
  const on = w.commands.filter(({ enabled }) => enabled).length;
  return (
    <tr role="row">
      <td role="cell" class="c-status">
        <WebhookState webhook={w} />
      </td>
      <td role="cell" class="c-main">
        <a class="title" href={`/webhooks/${w.webhook_id}`}>{oneLine(w.name, 100)}</a>
        <span class="sub-line">
          {!w.is_builtin && `${oneLine(w.provider_title, 40)} · `}
          <code>{new URL(w.address).pathname}</code>
        </span>
        <span class="sub-line">
          asked by <code>{oneLine(w.command_prefix, 40)}</code> · {plural(on, "command")} on
        </span>
        {w.problem && <span class="sub-line why">{oneLine(w.problem, 300)}</span>}
      </td>
      <td role="cell" class={w.stats.received === 0 ? "is-none" : undefined}>
        <Figures stats={w.stats} />
      </td>
      <td role="cell" class={w.stats.answer_ms_p50 === null ? "is-none" : undefined}>
        <AnswerTimes p50={w.stats.answer_ms_p50} p99={w.stats.answer_ms_p99} />
      </td>
    </tr>
  );
}

function Figures({ stats: s }: { stats: WebhookStats }) {
  if (s.received === 0) return <span class="muted">nothing came in</span>;
  return (
    <>
      <b>{countOf(s, "received")}</b> received
      <span class="sub-line">
        {OUTCOMES.filter((name) => s[name] > 0).map((name) => `${countOf(s, name)} ${name}`).join(
          ", ",
        )}
      </span>
    </>
  );
}
