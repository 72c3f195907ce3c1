import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { linear } from "@/server/providers/linear.ts";

const SECRET = "lin_wh_8d1f0b6c2a4e4d7f9b3c5a6e7f8091a2";
const NOW = new Date("2026-02-03T04:05:06.789Z");
const encode = (text: string) => new TextEncoder().encode(text);
const bodyAt = (ms: unknown) => encode(JSON.stringify({ name: "é", webhookTimestamp: ms }));
const BODY = bodyAt(NOW.getTime());
const sign = (body: Uint8Array, secret = SECRET) =>
  createHmac("sha256", secret).update(body).digest("hex");

function verify(signature: string | null, secrets = [SECRET], body = BODY, more = {}) {
  const headers = new Headers({
    ...(signature === null ? {} : { "linear-signature": signature }),
    ...more,
  });
  return linear.verify({ headers, body }, secrets, NOW);
}

Deno.test("the signature of the raw bytes is accepted", () => {
  assert.deepEqual(verify(sign(BODY)), { ok: true });
  const spaced = encode(JSON.stringify(JSON.parse(new TextDecoder().decode(BODY)), null, 1));
  assert.equal(verify(sign(BODY), [SECRET], spaced).ok, false);
});

Deno.test("a signature made elsewhere, once and for all, is accepted", () => {
  // by `printf '{"webhookTimestamp":1770091506789}' | openssl dgst -sha256 -hmac a-linear-secret`
  const hex = "153322f8473ca94bcf0b51bb8b80b9e3e8e6530c0697a4a342b51e11be3eb9b0";
  const body = encode('{"webhookTimestamp":1770091506789}');
  assert.deepEqual(verify(hex, ["a-linear-secret"], body), { ok: true });
});

Deno.test("while secrets rotate, the previous one is accepted too", () => {
  assert.equal(verify(sign(BODY), ["a new one", SECRET]).ok, true);
  assert.equal(verify(sign(BODY), [SECRET, "an old one"]).ok, true);
  assert.equal(verify(sign(BODY), ["a new one", "an old one"]).ok, false);
});

Deno.test("anything but the exact signature is refused, and nothing throws", () => {
  const hex = sign(BODY);
  const wrong = {
    "none": null,
    "empty": "",
    "a prefix": `sha256=${hex}`,
    "upper-case hex": hex.toUpperCase(),
    "one digit short": hex.slice(0, -1),
    "no hex": "z".repeat(64),
    "of another body": sign(encode("{}")),
    "with another secret": sign(BODY, "another"),
    "sent twice, joined by a comma": `${hex}, ${hex}`,
  };
  for (const [what, signature] of Object.entries(wrong)) {
    assert.equal(verify(signature).ok, false, what);
  }
  assert.deepEqual(verify(null), { ok: false, reason: "the header Linear-Signature is missing" });
  const unset = verify(createHmac("sha256", "").update(BODY).digest("hex"), [""]);
  assert.deepEqual(unset, { ok: false, reason: "LINEAR_WEBHOOK_SECRET is not set" });
});

Deno.test("the signed time may be a minute off in both directions, and no header makes it good", () => {
  const at = (ms: unknown, more = {}) => {
    const body = bodyAt(ms);
    return verify(sign(body), [SECRET], body, more);
  };
  const now = NOW.getTime();
  for (const off of [0, 60_000, -60_000]) assert.equal(at(now + off).ok, true, String(off));
  for (const off of [60_001, -60_001, 3_600_000]) {
    assert.equal(at(now + off, { "linear-timestamp": String(now) }).ok, false, String(off));
  }
  // seconds instead of milliseconds, a text, a fraction, none
  for (const odd of [Math.floor(now / 1000), String(now), now + 0.5, null, undefined]) {
    assert.equal(at(odd).ok, false, String(odd));
  }
  assert.match(JSON.stringify(at(now - 61_000)), /61000 ms in the past/);
});

Deno.test("what is signed and no JSON is authentic, and unreadable", () => {
  const body = encode("not JSON");
  assert.deepEqual(verify(sign(body), [SECRET], body), { ok: true });
  assert.equal(linear.read(new Headers(), body).kind, "unreadable");
});

Deno.test("a payload of one's own is sent with the time of sending", () => {
  const body = linear.stamp!('{"type":"Issue","webhookTimestamp":1}', NOW);
  const headers = new Headers(linear.sign(body, { event: null, secret: SECRET, now: NOW }));
  const request = { headers, body: encode(body) };
  assert.deepEqual(linear.verify(request, [SECRET], NOW), { ok: true });
  assert.equal(headers.get("linear-event"), "Issue");
});

Deno.test("a key of the API is told from a signing secret", () => {
  assert.match(linear.secretProblem("lin_api_0123456789")!, /key of the API/);
  assert.match(linear.secretProblem("short")!, /shorter/);
  assert.match(linear.secretProblem(` ${SECRET}`)!, /blanks/);
  assert.equal(linear.secretProblem(SECRET), null);
});
