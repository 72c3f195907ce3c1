import assert from "node:assert/strict";
import { payloadPaths } from "@/views/payload_paths.ts";
import { LONGEST_READABLE, readableBody, readablePayload } from "@/views/readable_body.ts";
import { REDACTED, redactPayload } from "@/views/redact_payload.ts";
import { cpuTime } from "@/tests/helpers/cpu_time.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("secrets are taken out at any depth, and everything else stays as it is", () => {
  const payload = {
    token: "xoxp-1",
    response_url: "https://hooks.slack.test/1",
    hook: { config: { url: "https://a.test", secret: "s3cret", insecure_ssl: "0" } },
    list: [{ password: "p", api_key: "k", "X-Hub-Signature-256": "sha256=1", accessToken: "t" }],
    Authorization: "Bearer x",
    keyboard: "qwerty",
    tokens_used: 7,
    has_password: true,
    client_secret: null,
    empty_token: "",
  };
  assert.deepEqual(redactPayload(payload), {
    token: REDACTED,
    response_url: REDACTED,
    hook: { config: { url: "https://a.test", secret: REDACTED, insecure_ssl: "0" } },
    list: [{
      password: REDACTED,
      api_key: REDACTED,
      "X-Hub-Signature-256": REDACTED,
      accessToken: REDACTED,
    }],
    Authorization: REDACTED,
    keyboard: "qwerty",
    tokens_used: 7,
    has_password: true,
    client_secret: null,
    empty_token: "",
  });
  assert.equal(payload.token, "xoxp-1", "what came in is not touched");
  assert.deepEqual(redactPayload({ secret: { of: ["many", "parts"] } }), { secret: REDACTED });
});

Deno.test("hostile payloads are redacted in no time, and change no prototype", async () => {
  const deep = JSON.parse(`${"[".repeat(5_000)}{"token":"t"}${"]".repeat(5_000)}`);
  assert.doesNotMatch(JSON.stringify(redactPayload(deep)), /"t"/);
  const own = redactPayload(JSON.parse(`{"__proto__": {"token": "t", "polluted": 1}}`));
  assert.equal(JSON.stringify(own), `{"__proto__":{"token":"${REDACTED}","polluted":1}}`);
  // deno-lint-ignore no-explicit-any -- that is the question
  assert.equal(({} as any).polluted, undefined);
  const large = { ["token_".repeat(200_000)]: "x", list: Array(200_000).fill({ a: 1 }) };
  assert.ok(await cpuTime(() => redactPayload(large)) < 1_000);
});

Deno.test("a body is shown indented, forms line by line, each without its secrets", () => {
  assert.equal(
    readableBody(bytes(`{"a":1,"token":"t"}`)),
    `{\n  "a": 1,\n  "token": "${REDACTED}"\n}`,
  );
  const form = new URLSearchParams({
    token: "xoxp",
    command: "/agent",
    text: "a b",
    payload: `{"response_url":"https://x.test"}`,
  });
  const shown = readableBody(bytes(form.toString()))!;
  assert.match(shown, /^token: \[redacted\]\ncommand: \/agent\ntext: a b\npayload: \{/);
  assert.doesNotMatch(shown, /xoxp|x\.test/);
  assert.equal(readableBody(bytes("just words = here")), "just words = here");
  assert.equal(readableBody(new Uint8Array([0xff, 0xfe, 0x00])), null);
  assert.equal(readableBody(new Uint8Array(LONGEST_READABLE + 1)), null);
});

Deno.test("what is forwarded is shown without secrets, also where it was cut", async () => {
  const whole = JSON.stringify({ payload: { token: "xoxp", text: 'say "token": no' } });
  assert.doesNotMatch(readablePayload(whole), /xoxp/);
  for (const end of [whole.length - 1, whole.indexOf("oxp"), whole.indexOf("text") + 9]) {
    const shown = readablePayload(`${whole.slice(0, end)} … (cut)`);
    assert.doesNotMatch(shown, /xo/, shown);
  }
  assert.equal(readablePayload("token: plain words"), "token: plain words");
  const pieces = ["{" + `"a`.repeat(300_000), "{" + `"token":"\\`.repeat(100_000)];
  assert.ok(await cpuTime(() => pieces.map((text) => readablePayload(text))) < 1_000);
});

Deno.test("paths are hints: single values, the first of a list, nothing secret", () => {
  const payload = {
    action: "opened",
    issue: {
      title: "t",
      labels: [{ name: "bug" }, { name: "crash" }],
      html_url: "u",
      events_url: "e",
    },
    token: "x",
    "odd key": 1,
    none: [],
  };
  assert.deepEqual(payloadPaths(payload), [
    "action",
    "issue.title",
    "issue.labels[0].name",
    "issue.html_url",
  ]);
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i]));
  assert.equal(payloadPaths(wide).length, 150);
});
