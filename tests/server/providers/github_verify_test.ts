import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { github } from "@/server/providers/github.ts";
import { SECRET, sign } from "../webhooks/samples.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const HELLO = encode("Hello, World!");
const DOCUMENTED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

function verify(signature: string | null, secrets = [SECRET], body: Uint8Array = HELLO) {
  const headers = new Headers(signature === null ? {} : { "x-hub-signature-256": signature });
  return github.verify({ headers, body }, secrets, new Date());
}

Deno.test("GitHub's documented signature is accepted", () => {
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
    "of another body": sign(encode("Hello, World?")),
    "with another secret": sign(HELLO, "another"),
    "with the typographic apostrophe": sign(HELLO, "It’s a Secret to Everybody"),
    "sent twice, joined by a comma": `${DOCUMENTED}, ${DOCUMENTED}`,
    "the prefix of SHA-1": "sha1=" + hex,
  };
  for (const [what, signature] of Object.entries(wrong)) {
    assert.equal(verify(signature).ok, false, what);
  }
});

Deno.test("the old SHA-1 header alone proves nothing", () => {
  const sha1 = "sha1=" + createHmac("sha1", SECRET).update(HELLO).digest("hex");
  const headers = new Headers({ "x-hub-signature": sha1 });
  assert.equal(github.verify({ headers, body: HELLO }, [SECRET], new Date()).ok, false);
});

Deno.test("without a secret nothing passes, not even a signature made with an empty key", () => {
  const shut = { ok: false, reason: "GITHUB_WEBHOOK_SECRET is not set" };
  assert.deepEqual(verify(sign(HELLO, "no secret is set"), []), shut);
  assert.deepEqual(verify(sign(HELLO, ""), [""]), shut);
});

Deno.test("the bytes are verified as they came: not UTF-8, a byte order mark, none at all", () => {
  for (const body of [Uint8Array.of(0xff, 0xfe, 0), encode("\ufeff{}"), new Uint8Array()]) {
    assert.equal(verify(sign(body), [SECRET], body).ok, true);
  }
});

const shared = new URL("../../../../shared/fixtures/vectors.json", import.meta.url);
const vectors = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`published vectors${vectors ? "" : " (../shared/fixtures is absent: nothing to try)"}`, () => {
  // deno-lint-ignore no-explicit-any
  for (const vector of (vectors?.documented ?? []).filter((v: any) => v.provider === "github")) {
    const headers = new Headers(vector.headers);
    const verdict = github.verify(
      { headers, body: encode(vector.body) },
      [vector.secret],
      new Date(),
    );
    assert.equal(verdict.ok, vector.expect === "accept", vector.id);
  }
});
