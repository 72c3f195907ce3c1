import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import { got, noted, resulted, said, used } from "@/tests/helpers/story/rows.ts";

export const EVIL =
  `"><script>alert(1)</script><img src=x onerror=alert(1)>' onclick='x' <hx-partial hx-target="body">`;
export const ID = "01a1fd00-0000-7000-8000-000000000001";
export const NOW = new Date("2026-11-21T10:00:00Z");
export const principal: Principal = { name: EVIL, role: "admin", session_id: ID, token_id: null };

const named = { count: 1, names: [EVIL] };

export const task: Task = {
  task_id: ID,
  status: "failed",
  assigned_agent: EVIL,
  model: EVIL,
  tool_profile: "full",
  profile_raised_by: EVIL,
  source: "webhook",
  requires_repository: false,
  base_commit: null,
  flow_id: null,
  external_id: EVIL,
  source_metadata: { provider: EVIL, title: EVIL, url: `javascript:alert("${EVIL}")`, actor: EVIL },
  conversation_id: ID,
  session_id: null,
  parent_task_id: null,
  retry_of: null,
  workflow_id: null,
  step: null,
  round: null,
  machine_id: EVIL,
  worker_id: null,
  input_message: EVIL,
  output: EVIL,
  error: EVIL,
  result: { [EVIL]: EVIL },
  coverage: {
    files_read: named,
    files_read_in_part: named,
    files_written: named,
    searches: named,
    searches_cut: 1,
    commands: named,
    commands_cut: 1,
    web_pages: named,
    web_searches: named,
    sub_agents: named,
    cut_off: [EVIL],
    skipped: [EVIL],
  },
  refusals: [{ tool: EVIL, what: EVIL, count: 1, by_sub_agent: true, made_good: false }],
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

export const rows = [
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

export const may = {
  ask: true,
  steer_tasks: true,
  steer_flows: true,
  decide: true,
  replay: true,
  look_at_repository: true,
  create_webhook: true,
  change_webhook: true,
  switch_webhook: true,
  test_webhook: true,
  add_command: true,
  switch_command: true,
};
