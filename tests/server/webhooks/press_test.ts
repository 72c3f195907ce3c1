/** Who may press a button below a plan, and what that writes. */
import assert from "node:assert/strict";
import { slack } from "@/server/providers/slack.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import type { WebhookSettings } from "@/server/webhooks/build.ts";
import { webhookOf } from "@/tests/helpers/webhooks.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const APPROVAL = "01a223c7-b895-73fd-b032-39fb3f31f043";
const HASH = "ab".repeat(32);
const BOUND = `${APPROVAL} ${HASH}`;

interface Press {
  action_id?: string;
  value?: string;
  user?: Record<string, unknown>;
  settings?: Partial<WebhookSettings>;
  /** Built-in commands that an operator turned off. */
  off?: string[];
}

function press({ action_id = "approve", value = BOUND, user, settings, off = [] }: Press = {}) {
  const sample = slack.sample("button", SECRET, action_id, new Date());
  const payload = JSON.parse(new URLSearchParams(sample.body).get("payload")!);
  payload.actions[0].value = value;
  Object.assign(payload.user, user);
  const body = new TextEncoder().encode(
    new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
  );
  const headers = new Headers(sample.headers);
  const reading = slack.read(headers, body);
  if (reading.kind !== "event") throw new Error(reading.kind);
  const webhook = webhookOf(slack, {
    settings: { trusted_users: ["U0NORA"], ...settings },
    webhook: { builtin_commands: Object.fromEntries(off.map((name) => [name, false])) },
  });
  const { record } = decide(matchDelivery(webhook, reading), {
    headers,
    body,
    received_at: new Date(),
    question: null,
    replay_of: null,
    public_url: "http://127.0.0.1:8000",
  });
  return { ...record, event: reading.event };
}

Deno.test("somebody trusted: a decision that is bound to what the button stood below", () => {
  for (const [action_id, decision] of [["approve", "approved"], ["reject", "rejected"]]) {
    const { delivery, news, replies, tasks, uses, flow, may_be_alias } = press({ action_id });
    assert.deepEqual([delivery.outcome, replies, tasks, uses, flow, may_be_alias], [
      "accepted",
      [],
      [],
      [],
      null,
      true,
    ]);
    const [{ kind, flow_id, data }] = news;
    const { answer_to, ...rest } = data;
    assert.deepEqual([kind, flow_id, rest], ["decision", null, {
      approval_id: APPROVAL,
      plan_hash: HASH,
      decision,
      note: null,
      via: "slack button",
      person: { key: "slack:U0NORA", name: "U0NORA" },
    }]);
    const { channel, thread_ts, user } = answer_to as Record<string, unknown>;
    assert.deepEqual([channel, thread_ts, user], ["C0TEASHOP", "1700000000.000100", "U0NORA"]);
  }
});

Deno.test("anybody else decides nothing, and is told so alone", () => {
  const strangers: [Press, RegExp][] = [
    [{ user: { id: "U0SAM" } }, /U0SAM is not in SLACK_TRUSTED_USERS/],
    [{ settings: { trusted_users: ["*"] } }, /trusted by the `\*`/],
    [{ user: { team_id: "T0ELSEWHERE" }, settings: { trusted_users: null } }, /SHARED_CHANNEL/],
    [{ settings: { trusted_users: null } }, /not known yet/],
    [{ off: ["approve"] }, /`approve` is off here/],
  ];
  for (const [change, why] of strangers) {
    const { delivery, news, replies } = press(change);
    assert.deepEqual([delivery.outcome, news], ["ignored", []], String(why));
    assert.match(delivery.reason!, why);
    const [{ kind, body, target }, ...more] = replies;
    assert.deepEqual([kind, more], ["message", []]);
    assert.match(body, /^Nothing was decided\. /);
    assert.match(body, why);
    assert.ok(target.user, "it is told to the one who pressed");
  }
});

Deno.test("a button that is bound to nothing is read as words, as before", () => {
  for (const value of ["", "task-1", `${APPROVAL} short`, `x${BOUND}`]) {
    const { event, news } = press({ value });
    assert.deepEqual([event.press, event.text, news], [null, `approve ${value}`.trim(), []]);
  }
  const { event, delivery } = press({ action_id: "open" });
  assert.deepEqual([event.press, event.text, delivery.outcome], [null, null, "ignored"]);
});
