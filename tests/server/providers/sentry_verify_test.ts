import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { sentry } from "@/server/providers/sentry.ts";

const SECRET = "8d1f0b6c2a4e4d7f9b3c5a6e7f8091a2";
const encode = (text: string) => new TextEncoder().encode(text);
// as Sentry writes JSON: no blanks, letters outside ASCII escaped, floats with their nought
const BODY = encode('{"action":"created","data":{"name":"\\u00e9","at":1566248777.0}}');
const sign = (body: Uint8Array, secret = SECRET) =>
  createHmac("sha256", secret).update(body).digest("hex");

function verify(signature: string | null, secrets = [SECRET], body = BODY, more = {}) {
  const headers = new Headers({
    ...(signature === null ? {} : { "sentry-hook-signature": signature }),
    ...more,
  });
  return sentry.verify({ headers, body }, secrets, new Date());
}

Deno.test("the signature of the raw bytes is accepted, the one of re-written JSON is not", () => {
  assert.deepEqual(verify(sign(BODY)), { ok: true });
  const rewritten = encode(JSON.stringify(JSON.parse(new TextDecoder().decode(BODY))));
  assert.equal(verify(sign(rewritten)).ok, false);
});

Deno.test("a signature made elsewhere, once and for all, is accepted", () => {
  // by `printf '{"action":"created"}' | openssl dgst -sha256 -hmac secret-of-an-integration`
  const hex = "1b8b25ae2b5623e28e8b490097814ae795c77155906ce6282ca41647464f7b17";
  assert.deepEqual(
    verify(hex, ["secret-of-an-integration"], encode('{"action":"created"}')),
    { ok: true },
  );
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
    "one digit long": hex + "0",
    "no hex": "z".repeat(64),
    "of another body": sign(encode("{}")),
    "with another secret": sign(BODY, "another"),
    "sent twice, joined by a comma": `${hex}, ${hex}`,
    "sha1": createHmac("sha1", SECRET).update(BODY).digest("hex"),
  };
  for (const [what, signature] of Object.entries(wrong)) {
    assert.equal(verify(signature).ok, false, what);
  }
});

Deno.test("the signatures of other kinds of Sentry's calls are not taken instead", () => {
  for (const name of ["sentry-app-signature", "x-servicehook-signature"]) {
    assert.equal(verify(null, [SECRET], BODY, { [name]: sign(BODY) }).ok, false, name);
  }
});

Deno.test("the timestamp is not signed, so it changes nothing", () => {
  for (const at of ["1", "9999999999", "soon"]) {
    assert.equal(verify(sign(BODY), [SECRET], BODY, { "sentry-hook-timestamp": at }).ok, true);
  }
});

Deno.test("without a secret nothing passes, not even a signature made with an empty key", () => {
  const shut = { ok: false, reason: "SENTRY_WEBHOOK_SECRET is not set" };
  assert.deepEqual(verify(sign(BODY, "no secret is set"), []), shut);
  assert.deepEqual(verify(sign(BODY, ""), [""]), shut);
});

Deno.test("the bytes are verified as they came: not UTF-8, a byte order mark, none at all", () => {
  for (const body of [Uint8Array.of(0xff, 0xfe, 0), encode("\ufeff{}"), new Uint8Array()]) {
    assert.equal(verify(sign(body), [SECRET], body).ok, true);
  }
});

Deno.test("a token in the place of the secret is told apart", () => {
  assert.match(sentry.secretProblem("sntrys_eyJpYXQiOjE3") ?? "", /Client Secret/);
  assert.equal(sentry.secretProblem(SECRET), null);
  assert.notEqual(sentry.secretProblem("short"), null);
});

Deno.test("samples are signed as Sentry signs, each a new one", () => {
  const now = new Date();
  const ids = Object.keys(sentry.samples).flatMap((name) =>
    [0, 1].map(() => {
      const { headers, body } = sentry.sample(name, SECRET, undefined, now);
      const request = { headers: new Headers(headers), body: encode(body) };
      assert.deepEqual(sentry.verify(request, [SECRET], now), { ok: true }, name);
      const reading = sentry.read(request.headers, request.body);
      return reading.kind === "event" ? reading.event.dedupe_id : assert.fail(name);
    })
  );
  assert.equal(new Set(ids).size, ids.length);
  assert.throws(() => sentry.sample("toString", SECRET, undefined, now), RangeError);
});
