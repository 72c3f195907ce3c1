/** What a reviewer wants of our pull request, in words that are no command. */
import assert from "node:assert/strict";
import type { FlowSituation } from "@/db/flows/situation.ts";
import { providers } from "@/server/providers/mod.ts";
import { decide } from "@/server/webhooks/decide.ts";
import { matchDelivery } from "@/server/webhooks/matching/match_delivery.ts";
import { type WebhookChange, webhookOf } from "@/tests/helpers/webhooks.ts";

const SECRET = "whsec_d2hhdCB0aGUgc2FtcGxlcyBhcmUgc2lnbmVkIHdpdGg=";
const MADE: FlowSituation = {
  flow_id: "flow",
  workflow: {
    workflow_id: "w",
    command: "fix",
    status: "waiting",
    waits_for: "pull_request",
    error: null,
  },
  approval: null,
};

function says(
  text: string,
  { at = "github", sample = "pull_request_comment", situation = MADE, change = {} }: {
    at?: string;
    sample?: string;
    situation?: FlowSituation | null;
    change?: WebhookChange;
  } = {},
) {
  const provider = providers.get(at)!;
  const { headers: names, body: payload } = provider.sample(sample, SECRET, text, new Date());
  const headers = new Headers(names);
  const body = new TextEncoder().encode(payload);
  const reading = provider.read(headers, body);
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  const { record } = decide(matchDelivery(webhookOf(provider, change), reading), {
    headers,
    body,
    received_at: new Date(),
    question: null,
    situation,
    replay_of: null,
    public_url: "http://127.0.0.1:8000",
  });
  return record;
}

const wish = (...said: Parameters<typeof says>) =>
  says(...said).news.map(({ kind, data }) => [kind, data.note]);

Deno.test("words to the agent at its pull request are asked for there", () => {
  assert.deepEqual(wish("@agent please name the constant"), [
    ["asked_again", "please name the constant"],
  ]);
  const gitlab = { at: "gitlab", sample: "merge_request_note" };
  const change = { settings: { trusted_users: ["nora"] } };
  assert.deepEqual(wish("@agent please", Object.assign({ change }, gitlab)), [
    ["asked_again", "please"],
  ]);
  assert.deepEqual(wish("@agent fix the name, too"), [["asked_again", "the name, too"]]);
  const record = says("@agent please name the constant");
  assert.deepEqual([record.tasks, record.replies], [[], []]);
  const ran = record.delivery.commands.find(({ name }) => name === "fix");
  assert.deepEqual([ran?.matched, ran?.reason], [true, "said to the agent at its pull request"]);
});

Deno.test("another command is that command, and nothing else is a wish", () => {
  assert.deepEqual(wish("@agent help"), []);
  assert.deepEqual(wish("@agent"), []);
  assert.deepEqual(wish("please name the constant"), []);
  assert.deepEqual(wish("@agent please", { sample: "issue_comment" }), [], "it is no pull request");
  assert.deepEqual(wish("@agent please", { situation: null }), [], "it is none of ours");
  const approving = { ...MADE.workflow!, waits_for: "approval" as const };
  assert.deepEqual(wish("@agent please", { situation: { ...MADE, workflow: approving } }), []);
  assert.deepEqual(wish("@agent please", { change: { settings: { trusted_users: ["ann"] } } }), []);
});

Deno.test("work that began elsewhere goes on by the command that makes changes here", () => {
  const workflow = { ...MADE.workflow!, command: "fix_new_error" };
  assert.deepEqual(wish("@agent please", { situation: { ...MADE, workflow } }), [
    ["asked_again", "please"],
  ]);
});
