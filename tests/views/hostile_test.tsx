// Whatever comes from outside is shown, and does nothing.
import assert from "node:assert/strict";
import { COMMAND_DEFAULTS } from "@/db/nouns/command.ts";
import type { Delivery } from "@/db/deliveries/list.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { markdown } from "@/views/markdown.ts";
import { DeliveryPage } from "@/views/pages/delivery.tsx";
import { EditCommandPage, ShowCommandPage } from "@/views/pages/command.tsx";
import { draftOf } from "@/views/pages/command/draft.ts";
import { DeliveriesPage } from "@/views/pages/deliveries.tsx";
import { SecretOncePage } from "@/views/pages/secret_once.tsx";
import { TaskPage } from "@/views/pages/task.tsx";
import { WebhookPage } from "@/views/pages/webhook.tsx";
import { webhookDraft } from "@/views/pages/webhook/settings.tsx";
import { WebhooksPage } from "@/views/pages/webhooks.tsx";
import { ChatPage } from "@/views/pages/chat.tsx";
import { oneLine, plain } from "@/views/plain.ts";
import { page } from "@/views/render.ts";
import type { CommandView, DryRun, SelfTest, SetupView, WebhookView } from "@/views/webhooks.ts";
import { got, noted, resulted, said, used } from "@/tests/helpers/story.ts";

const EVIL =
  `"><script>alert(1)</script><img src=x onerror=alert(1)>' onclick='x' <hx-partial hx-target="body">`;
const ID = "01a1fd00-0000-7000-8000-000000000001";
const NOW = new Date("2026-11-21T10:00:00Z");
const principal: Principal = { name: EVIL, role: "admin", session_id: ID, token_id: null };

const task: Task = {
  task_id: ID,
  status: "failed",
  assigned_agent: EVIL,
  model: EVIL,
  tool_profile: "full",
  profile_raised_by: EVIL,
  source: "webhook",
  requires_repository: false,
  flow_id: null,
  external_id: EVIL,
  source_metadata: { provider: EVIL, title: EVIL, url: `javascript:alert("${EVIL}")`, actor: EVIL },
  conversation_id: ID,
  session_id: null,
  parent_task_id: null,
  retry_of: null,
  machine_id: EVIL,
  worker_id: null,
  input_message: EVIL,
  output: EVIL,
  error: EVIL,
  attempt: 1,
  cli_session_id: null,
  last_seq: 1,
  stop_requested_at: null,
  stopped_by: EVIL,
  created_at: NOW,
  started_at: NOW,
  completed_at: NOW,
  duration_seconds: 1,
  cost_usd: 1,
  input_tokens: 1,
  output_tokens: 1,
  cache_read_tokens: 1,
  cache_creation_tokens: 1,
  num_turns: 1,
  claim_id: null,
  claim_count: 1,
  crash_count: 0,
  cli_started_at: NOW,
  interruption: null,
};

const rows = [
  said(EVIL, EVIL),
  said(EVIL, "m2", { kind: "thinking" }),
  used(EVIL, EVIL, { [EVIL]: EVIL, command: EVIL }),
  got(EVIL, EVIL, true),
  got("unknown", EVIL),
  used("agent", "Agent", { description: EVIL }),
  said(EVIL, "m3", { parent_tool_use_id: "agent" }),
  noted(EVIL, { subtype: "message" }),
  noted(EVIL.repeat(20)),
  { ...noted(EVIL), kind: "error" as const, data: { error: EVIL } },
  resulted({ is_error: true, errors: [EVIL], subtype: EVIL }),
].map((row, i) => ({ ...row, seq: i + 1, attempt: 1, at: NOW, bytes_cut: 0 }));

const delivery: Delivery = {
  delivery_id: ID,
  provider: EVIL,
  webhook_id: null,
  provider_delivery_id: EVIL,
  event_type: EVIL,
  external_id: EVIL,
  flow_id: null,
  outcome: "ignored",
  reason: EVIL,
  actor: { id: EVIL, name: EVIL, trust: "untrusted" },
  commands: [{ name: EVIL, matched: false, reason: EVIL }],
  task_ids: [ID],
  duplicate_of: null,
  body_bytes: 3,
  received_at: NOW,
  answered_ms: 1,
  replay_of: EVIL,
  notes: [EVIL],
};

const command: CommandView = {
  ...COMMAND_DEFAULTS,
  command_id: ID,
  name: EVIL,
  is_builtin: false,
  overrides_builtin: true,
  aliases: [EVIL],
  description: EVIL,
  trigger: EVIL,
  conditions: { [EVIL]: EVIL },
  expression: EVIL,
  priority: 1,
  action: EVIL as CommandView["action"],
  template: EVIL,
  reaction: EVIL,
  labels: [EVIL],
  choices: [EVIL],
  forward_url: `javascript:alert("${EVIL}")`,
  target_agent: EVIL,
  model: EVIL,
  tool_profile: "read",
  requires_approval: true,
  requires_repository: true,
  run_for: "anyone",
  max_per_hour: 1,
  enabled: true,
  hourly_limit: 1,
  uses_last_hour: 1,
  webhook_hourly_limit: 10,
};

const webhook: WebhookView = {
  webhook_id: ID,
  provider: "custom",
  provider_title: EVIL,
  sender: EVIL,
  has_callback: true,
  name: EVIL,
  description: EVIL,
  is_builtin: false,
  enabled: true,
  is_open: false,
  problem: EVIL,
  address: "https://agent.test/webhooks/custom",
  command_prefix: EVIL,
  own_command_prefix: EVIL,
  default_command: EVIL,
  target_agent: EVIL,
  callback_url: EVIL,
  actions: [EVIL as CommandView["action"]],
  event_types: [EVIL],
  commands: [command],
  created_by: EVIL,
  stats: {
    at_least: [],
    hours: 24,
    received: 5,
    accepted: 1,
    ignored: 1,
    duplicate: 1,
    refused: 1,
    invalid: 1,
    answer_ms_p50: 3,
    answer_ms_p99: 300,
    last_received_at: NOW,
  },
  created_at: NOW,
  updated_at: NOW,
};

const run: DryRun = {
  delivery_id: ID,
  event_type: EVIL,
  external_id: EVIL,
  received_at: NOW,
  reason: EVIL,
  actor: { id: EVIL, name: EVIL, trust: EVIL },
  outcome: "accepted",
  commands: [{ name: EVIL, matched: true, reason: EVIL }],
  tasks: [{ command: EVIL, agent: EVIL, tool_profile: EVIL, prompt: EVIL }],
  replies: [{ command: EVIL, kind: EVIL, body: EVIL }],
  notes: [EVIL],
};

const problems = [{ path: "name", message: EVIL }, { path: EVIL, message: EVIL }];
const may = {
  ask: true,
  steer_tasks: true,
  replay: true,
  create_webhook: true,
  change_webhook: true,
  switch_webhook: true,
  test_webhook: true,
  add_command: true,
  switch_command: true,
};
const setup: SetupView = {
  address: EVIL,
  secret_setting: EVIL,
  steps: [{ label: EVIL, values: [EVIL] }, { label: EVIL, values: [EVIL, "https://a.test"] }],
};
const test: SelfTest = {
  ok: false,
  address: EVIL,
  delivery_id: ID,
  answered_ms: 1,
  stages: [{ name: "send", ok: false, detail: EVIL }],
};

/** Tags and attributes that only an escape that was forgotten could make. */
function assertHarmless(html: string): void {
  // Our own scripts have an address of ours and nothing inside.
  const scripts = html.match(/<script[^>]*>[^<]*/g) ?? [];
  for (const script of scripts) assert.match(script, /^<script src="\/static\/[^"]+" defer>$/);
  assert.doesNotMatch(html, /<img src="?x/);
  assert.doesNotMatch(html, /<hx-partial/);
  assert.doesNotMatch(html, /<[^>]* on\w+=/);
  assert.doesNotMatch(html, /<[^>]* style=/);
  assert.doesNotMatch(html, /(href|src|action)="?\s*(javascript|data):/i);
}

Deno.test("a page shows hostile text and does nothing of what it says", () => {
  const pages = [
    page(
      <TaskPage
        principal={principal}
        may={may}
        task={task}
        created_by={EVIL}
        before={null}
        replies={[]}
        has_outside_text
        output={{ rows, more: true }}
      />,
    ),
    page(
      <DeliveryPage
        principal={principal}
        may={may}
        delivery={delivery}
        tasks={[task]}
        replies={[]}
        now={NOW}
        dry_run={run}
        webhook={{ webhook_id: ID, name: EVIL, trusted_setting: EVIL }}
        raw={{ headers: { [EVIL]: EVIL }, body: new TextEncoder().encode(EVIL) }}
      />,
    ),
    page(
      <ChatPage
        principal={principal}
        may={may}
        agents={[EVIL]}
        conversations={{ items: [], next_cursor: EVIL }}
        refused={{ message: EVIL, problem: EVIL, trusts: true }}
        thread={{
          conversation: {
            conversation_id: ID,
            title: EVIL,
            source: "chat",
            flow_id: null,
            created_by: EVIL,
            created_at: NOW,
            updated_at: NOW,
            has_outside_text: true,
          },
          messages: (["user", "assistant", "system"] as const).map((role) => ({
            message_id: ID,
            conversation_id: ID,
            role,
            content: EVIL,
            task_id: ID,
            created_at: NOW,
          })),
          earlier: EVIL,
          tasks: [task],
          current: null,
        }}
      />,
    ),
    page(
      <DeliveriesPage
        principal={principal}
        deliveries={{ items: [delivery], next_cursor: EVIL }}
        cursor={EVIL}
        providers={[EVIL]}
        webhooks={[{ webhook_id: EVIL, name: EVIL }]}
        now={NOW}
        event_types={[EVIL]}
        query={{ provider: EVIL, webhook: EVIL, event_type: EVIL, flow: EVIL }}
      />,
    ),
    page(
      <WebhooksPage
        principal={principal}
        may={may}
        webhooks={[webhook]}
        providers={[{ name: EVIL, title: EVIL, gives_secret: true }]}
        refused={{
          problems,
          draft: {
            provider: EVIL,
            name: EVIL,
            description: EVIL,
            secret: EVIL,
            command_prefix: EVIL,
            separate_endpoint: true,
          },
        }}
      />,
    ),
    page(
      <WebhookPage
        principal={principal}
        may={may}
        webhook={webhook}
        setup={setup}
        agents={[EVIL]}
        deliveries={[delivery]}
        now={NOW}
        test={test}
        forward_secret={EVIL}
        refused={{ draft: webhookDraft(webhook), problems }}
      />,
    ),
    page(
      <SecretOncePage
        principal={principal}
        webhook={webhook}
        setup={setup}
        secret={EVIL}
        rotated
      />,
    ),
    page(<ShowCommandPage principal={principal} may={may} webhook={webhook} command={command} />),
    page(
      <EditCommandPage
        principal={principal}
        webhook={webhook}
        command={command}
        command_id={ID}
        draft={draftOf(command)}
        problems={problems}
        agents={[EVIL]}
        hints={{ event_type: EVIL, paths: [EVIL] }}
        now={NOW}
        runs={[run]}
      />,
    ),
  ];
  for (const html of pages) {
    assertHarmless(html);
    assert.ok(html.includes("&lt;script>alert(1)"), "it is shown as it was written");
  }
});

Deno.test("Markdown makes no tag, script or picture of its own", () => {
  assertHarmless(markdown(EVIL));
  const html = markdown(
    "[a](javascript:alert(1)) ![p](https://x.test/p.png) [![q](https://x.test/q.png)](https://x.test)",
  );
  assertHarmless(html);
  assert.doesNotMatch(html, /<img/);
  assert.equal(html.match(/<a [^>]*href=/g)?.length, 2);
  assert.equal(html.match(/rel="nofollow noopener noreferrer"/g)?.length, 2);
  const table = markdown("|a|b|\n|--:|:-:|\n|1|2|");
  assert.match(table, /<td class="to-right">1<.*\n<td class="to-center">2</);
  assert.doesNotMatch(table, /style=/);
});

Deno.test("terminal escapes and characters that reorder a line are gone", () => {
  assert.equal(plain("\u001b[31mred\u001b[0m\u0007 \u202Eevil\u2066\r\nnext\0"), "red evil\nnext");
  assert.equal(oneLine("  a\n\n b\t c  "), "a b c");
  assert.equal(oneLine("👀".repeat(300), 5), "👀👀👀👀…");
});
