/** Payloads stay data: what is secret in one string takes nothing from those beside it. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createRedactor } from "@/db/process/redact.ts";
import { redactPayload } from "@/db/process/redact/payload.ts";
import { piecesIn, scramble, SHAPES } from "@/tests/helpers/secret_samples.ts";

const PLAIN = `held/${scramble("payload", 10)}&ö`;
const { redact } = createRedactor([PLAIN, "1234509876"]);
const shown = (text: string) => redactPayload(text, redact);

const KEY_HEAD = "our linter looks for -----BEGIN PRIVATE KEY-----";
const beside = { id: "0123456789abcdef0123", password: "hunter2", email: "me@example.org" };

Deno.test("who writes about keys takes nothing else from a payload", () => {
  const payload = { note: KEY_HEAD, ...beside, list: [KEY_HEAD, beside], [KEY_HEAD]: beside };
  for (const text of [JSON.stringify(payload), JSON.stringify(payload, null, 2)]) {
    const hidden = "our linter looks for [redacted]";
    assert.deepEqual(JSON.parse(shown(text)), {
      note: hidden,
      ...beside,
      list: [hidden, beside],
      [hidden]: beside,
    });
  }
});

Deno.test("an address with a port is none with a password that ends in the next field", () => {
  const text = JSON.stringify({ url: "https://jira.example:8080", ...beside });
  assert.equal(shown(text), text);
  assert.equal(redact(text), text);
});

Deno.test("a password in an address is hidden, also where it holds a quote", () => {
  const text = JSON.stringify({ url: 'postgres://me:pass"word@db/x', ...beside });
  const expected = JSON.stringify({ url: "postgres://me:[redacted]@db/x", ...beside });
  assert.equal(shown(text), expected);
  assert.equal(redact(text), expected);
});

Deno.test("a secret is hidden however its characters are escaped", () => {
  const json = JSON.stringify(PLAIN);
  const escaped = (text: string, characters: RegExp) =>
    text.replace(characters, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
  for (
    const written of [
      json,
      json.replaceAll("/", "\\/"),
      escaped(json, /[^\w"]/g),
      escaped(json, /[&ö]/g).replaceAll("/", "\\/"),
      `"${escaped(json.slice(1, -1), /[^]/g)}"`,
    ]
  ) {
    assert.equal(shown(`{"a":${written},"b":1}`), '{"a":"[redacted]","b":1}');
    assert.equal(shown(`{${written}: 1}`), '{"[redacted]": 1}');
  }
});

Deno.test("in a form, also within the JSON of one of its fields", () => {
  const json = JSON.stringify({ text: PLAIN, ...beside }).replaceAll("/", "\\/");
  const form = new URLSearchParams({ payload: json, text: `a ${PLAIN}`, user: "me" });
  const fields = new URLSearchParams(shown(form.toString()));
  assert.deepEqual(JSON.parse(fields.get("payload")!), { text: "[redacted]", ...beside });
  assert.deepEqual([fields.get("text"), fields.get("user")], ["a [redacted]", "me"]);
  const harmless = "text=a%20b&user=me";
  assert.equal(shown(harmless), harmless);
});

Deno.test("in JSON that is a string of JSON, with escapes of its own", () => {
  const inner = JSON.stringify({ text: PLAIN, ...beside }).replaceAll("/", "\\/");
  const { event } = JSON.parse(shown(JSON.stringify({ event: inner, ...beside })));
  assert.deepEqual(JSON.parse(event), { text: "[redacted]", ...beside });
});

Deno.test("Base64 that looks like a form is none", () => {
  for (const padding of ["", "a", "aa"]) {
    const written = Buffer.from(`${padding}??>${PLAIN}`).toString("base64");
    assert.match(shown(written), /^[\w+/=]{0,9}\[redacted\][\w+/=]{0,4}$/);
  }
});

Deno.test("quotes without end before no @ take no time to speak of", () => {
  const text = `https://${'\\"'.repeat(120)}:${'\\"'.repeat(120)} and so on`;
  assert.equal(redact(text), text);
});

Deno.test("numbers and fields that come twice stay as they are written", () => {
  const text = '{ "id": 12345678901234567890, "a": 1.50, "a": 2, "n": "x" }';
  assert.equal(shown(text), text);
  assert.equal(shown('{"id":1234509876}'), '{"id":"[redacted]"}');
});

Deno.test("two names that are secrets stay two", () => {
  const [one, other] = [SHAPES["a classic GitHub token"], SHAPES["a GitLab token"]];
  assert.deepEqual(JSON.parse(shown(JSON.stringify({ [one]: 1, [other]: 2 }))), {
    "[redacted]": 1,
    "[redacted] 2": 2,
  });
});

Deno.test("JSON that was cut off keeps what it has, at every place", () => {
  const key = SHAPES["a PKCS#8 key"];
  const text = JSON.stringify({
    note: KEY_HEAD,
    password: "hunter2",
    key,
    token: PLAIN,
    id: beside.id,
  });
  for (let end = 0; end < text.length; end++) {
    const cut = shown(text.slice(0, end));
    if (end > 90) assert.match(cut, /"password":"hunter2"/);
    assert.deepEqual(piecesIn(cut, key, 32), [], `cut at ${end}`);
  }
});

Deno.test("what is no data is redacted as text", () => {
  assert.equal(shown(`it is ${PLAIN}`), "it is [redacted]");
  assert.equal(shown(`[see] "a" ${PLAIN} "b`), '[see] "a" [redacted] "b');
});
