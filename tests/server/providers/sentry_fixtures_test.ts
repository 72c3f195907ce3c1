import assert from "node:assert/strict";
import { sentry } from "@/server/providers/sentry.ts";
import { builtinCommands } from "@/server/webhooks/builtin.ts";
import { readCommand } from "@/server/webhooks/matching/read_command.ts";
import { createVocabulary } from "@/server/webhooks/matching/vocabulary.ts";
import { event, type Payload } from "@/tests/server/providers/sentry_payloads.ts";

const shared = new URL("../../../../shared/fixtures/", import.meta.url);
const fixtures: Record<string, Payload> = {};
try {
  const folder = new URL("sentry/", shared);
  for (const { name } of Deno.readDirSync(folder)) {
    fixtures[name] = JSON.parse(Deno.readTextFileSync(new URL(name, folder)));
  }
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
const absent = Object.keys(fixtures).length === 0 ? " (../shared/fixtures is absent)" : "";

Deno.test(`every sample of Sentry's pages is read, with event type and outside id${absent}`, () => {
  const wanted: Record<string, string | null> = {
    "comment.created": "sentry#100",
    "error.created": "front-end#1170820242",
    "event_alert.triggered": "front-end#1117540176",
    "installation.created": "test-org#installation:a8e5d37a-696c-4c54-adb5-b3f28d64c7de",
    "issue.created": "python#1234567890",
    "metric_alert.resolved": "bar#alert:4",
  };
  for (const [name, payload] of Object.entries(fixtures)) {
    const event_type = name.replace(".json", "");
    const read = event(event_type.split(".")[0], payload);
    assert.equal(read.event_type, event_type);
    assert.equal(read.external_id, wanted[event_type], name);
    assert.equal(read.text === null, read.no_text_reason !== null, name);
  }
  if (absent) return;
  const org = (name: string) =>
    event(name.split(".")[0], fixtures[name]).reply_target?.organization;
  assert.equal(org("issue.created.json"), "example-org");
  assert.equal(org("error.created.json"), "test-org");
  assert.equal(event("comment", fixtures["comment.created.json"]).text, "adding a comment");
});

const table = await Deno.readTextFile(new URL("command_cases.json", shared))
  .then(JSON.parse, () => null);
Deno.test(`comments are Markdown: the shared table${table ? "" : " (absent)"}`, () => {
  const vocabulary = createVocabulary(builtinCommands("sentry"));
  for (const { provider, text, want } of table?.cases ?? []) {
    if (provider) continue;
    const name = readCommand(text, {
      mentions: [table.prefix],
      vocabulary,
      addressed: false,
      default_command: "<default_command>",
      unknown_command: "help",
      hide: sentry.hide,
    })?.name;
    assert.deepEqual(name ? [name] : [], want, JSON.stringify(text));
  }
});
