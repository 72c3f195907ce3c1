import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { jira } from "@/server/providers/jira.ts";

const SECRET = "It's a Secret to Everybody";
const encode = (text: string) => new TextEncoder().encode(text);
const HELLO = encode("Hello World!");
const DOCUMENTED = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
const sign = (body: Uint8Array, secret = SECRET, algorithm = "sha256") =>
  `${algorithm}=` + createHmac(algorithm, secret).update(body).digest("hex");

function verify(signature: string | null, secrets = [SECRET], body: Uint8Array = HELLO) {
  const headers = new Headers(signature === null ? {} : { "x-hub-signature": signature });
  return jira.verify({ headers, body }, secrets, new Date());
}

Deno.test("Atlassian's documented signature is accepted", () => {
  assert.deepEqual(verify(DOCUMENTED), { ok: true });
});

Deno.test("while secrets rotate, the previous one is accepted too", () => {
  assert.equal(verify(DOCUMENTED, ["a new one", SECRET]).ok, true);
  assert.equal(verify(DOCUMENTED, [SECRET, "an old one"]).ok, true);
  assert.equal(verify(DOCUMENTED, ["a new one", "an old one"]).ok, false);
});

Deno.test("anything but the exact signature is refused, and nothing throws", () => {
  const hex = DOCUMENTED.slice(7);
  const wrong = {
    "none": null,
    "empty": "",
    "no prefix": hex,
    "upper-case hex": "sha256=" + hex.toUpperCase(),
    "one digit short": DOCUMENTED.slice(0, -1),
    "one digit long": DOCUMENTED + "0",
    "no hex": "sha256=" + "z".repeat(64),
    "of another body": sign(encode("Hello, World!")),
    "with another secret": sign(HELLO, "another"),
    "with the typographic apostrophe": sign(HELLO, "It’s a Secret to Everybody"),
    "sent twice, joined by a comma": `${DOCUMENTED}, ${DOCUMENTED}`,
  };
  for (const [what, signature] of Object.entries(wrong)) {
    assert.equal(verify(signature).ok, false, what);
  }
});

Deno.test("the header does not choose the algorithm", () => {
  for (const algorithm of ["sha1", "md5", "sha512"]) {
    assert.equal(verify(sign(HELLO, SECRET, algorithm)).ok, false, algorithm);
  }
  assert.equal(verify("sha1=" + DOCUMENTED.slice(7)).ok, false);
});

Deno.test("without a secret nothing passes, not even a signature made with an empty key", () => {
  const shut = { ok: false, reason: "JIRA_WEBHOOK_SECRET is not set" };
  assert.deepEqual(verify(sign(HELLO, "no secret is set"), []), shut);
  assert.deepEqual(verify(sign(HELLO, ""), [""]), shut);
});

Deno.test("a webhook without a secret is told what it lacks", () => {
  const verdict = verify(null);
  assert.match(verdict.ok ? "" : verdict.reason, /X-Hub-Signature is missing: give .* a secret/);
});

Deno.test("the bytes are verified as they came: not UTF-8, a byte order mark, none at all", () => {
  for (const body of [Uint8Array.of(0xff, 0xfe, 0), encode("\ufeff{}"), new Uint8Array()]) {
    assert.equal(verify(sign(body), [SECRET], body).ok, true);
  }
});

Deno.test("samples are signed as Jira signs, each with an id of its own", () => {
  const now = new Date();
  const ids = Object.keys(jira.samples).flatMap((name) =>
    [0, 1].map(() => {
      const { headers, body } = jira.sample(name, SECRET, undefined, now);
      const request = { headers: new Headers(headers), body: encode(body) };
      assert.deepEqual(jira.verify(request, [SECRET], now), { ok: true }, name);
      return jira.claims(request.headers).provider_delivery_id;
    })
  );
  assert.equal(new Set(ids).size, ids.length);
  assert.throws(() => jira.sample("toString", SECRET, undefined, now), RangeError);
});

const shared = new URL("../../../../shared/fixtures/vectors.json", import.meta.url);
const vectors = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`published vectors${vectors ? "" : " (../shared/fixtures is absent: nothing to try)"}`, () => {
  // deno-lint-ignore no-explicit-any
  for (const vector of (vectors?.documented ?? []).filter((v: any) => v.provider === "jira")) {
    const request = { headers: new Headers(vector.headers), body: encode(vector.body) };
    const verdict = jira.verify(request, [vector.secret], new Date());
    assert.equal(verdict.ok, vector.expect === "accept", vector.id);
  }
});
