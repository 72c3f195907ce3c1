import { COMMAND_DEFAULTS } from "@/db/nouns/command.ts";
import type { Delivery } from "@/db/deliveries/list.ts";
import type { CommandView, DryRun, SelfTest, SetupView, WebhookView } from "@/views/webhooks.ts";
import { EVIL, ID, NOW } from "@/tests/views/hostile/task.ts";

export const delivery: Delivery = {
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

export const command: CommandView = {
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

export const webhook: WebhookView = {
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

export const run: DryRun = {
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

export const problems = [{ path: "name", message: EVIL }, { path: EVIL, message: EVIL }];

export const setup: SetupView = {
  address: EVIL,
  secret_setting: EVIL,
  steps: [{ label: EVIL, values: [EVIL] }, { label: EVIL, values: [EVIL, "https://a.test"] }],
};
export const test: SelfTest = {
  ok: false,
  address: EVIL,
  delivery_id: ID,
  answered_ms: 1,
  stages: [{ name: "send", ok: false, detail: EVIL }],
};
