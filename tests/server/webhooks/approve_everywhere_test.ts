/** A plan is decided on by words at every provider that people write at. */
import assert from "node:assert/strict";
import { providers } from "@/server/providers/mod.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import { webhookOf } from "@/tests/helpers/webhooks.ts";

const SECRET = "whsec_d2hhdCB0aGUgc2FtcGxlcyBhcmUgc2lnbmVkIHdpdGg=";
const WORKFLOW = {
  workflow_id: "w",
  command: "fix",
  status: "waiting" as const,
  waits_for: "approval" as const,
  error: null,
};

function says(provider_name: string, sample_name: string, text: string, approval = true) {
  const provider = providers.get(provider_name)!;
  const sample = provider.sample(sample_name, SECRET, text, new Date());
  const headers = new Headers(sample.headers);
  const body = new TextEncoder().encode(sample.body);
  const reading = provider.read(headers, body);
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  const { id } = reading.event.actor;
  const webhook = webhookOf(provider, { settings: { trusted_users: [id!] } });
  return decide(matchDelivery(webhook, reading), {
    headers,
    body,
    received_at: new Date(),
    question: null,
    situation: {
      flow_id: "flow",
      workflow: WORKFLOW,
      approval: approval ? { approval_id: "a", plan_hash: "h" } : null,
    },
    replay_of: null,
    public_url: "http://127.0.0.1:8000",
  });
}

const PLACES = [
  ["github", "issue_comment", "github comment"],
  ["github", "pull_request_comment", "github comment"],
  ["gitlab", "merge_request_note", "gitlab comment"],
  ["jira", "comment", "jira comment"],
  ["linear", "reply", "linear comment"],
  ["sentry", "comment", "sentry comment"],
  ["slack", "app_mention", "slack message"],
  ["slack", "thread_reply", "slack message"],
  ["custom", "message", "custom comment"],
] as const;

Deno.test("yes, no and what should be different are told with who said it and where", () => {
  for (const [provider, sample, via] of PLACES) {
    for (
      const [text, decision, note] of [
        ["@agent approve", "approved", null],
        ["LGTM", "approved", null],
        ["@agent reject too risky", "rejected", "too risky"],
        ["@agent fix the test, too", "sent_back", "the test, too"],
      ] as const
    ) {
      const { record } = says(provider, sample, text);
      const where = `${provider} ${sample}: ${text}`;
      assert.deepEqual(record.news.map(({ kind }) => kind), ["decision"], where);
      const [{ data }] = record.news;
      assert.deepEqual([data.decision, data.note, data.via], [decision, note, via], where);
      const { key, name } = data.person as { key: string; name: string };
      assert.match(key, new RegExp(`^${provider}:.+`), where);
      assert.ok(name, where);
      assert.deepEqual([record.tasks, record.workflows], [[], []], where);
    }
  }
});

Deno.test("to a slash command the answer is for the one who typed it", () => {
  const answered = (text: string, approval?: boolean) => {
    const { record, command_answers } = says("slack", "slash_command", text, approval);
    assert.deepEqual(record.replies, [], text);
    return command_answers.map(({ answer }) => JSON.parse(answer.body).text).join();
  };
  assert.match(answered("approve"), /^Noted \(http:\/\/127\.0\.0\.1:8000\/flows\/flow\)\.$/);
  assert.match(answered("approve", false), /No plan waits for a decision here\./);
  assert.match(answered("fix"), /say what should be different/);
});
