import assert from "node:assert/strict";
import { custom } from "@/server/providers/custom.ts";
import { newStandardSecret, signStandard } from "@/server/providers/standard_webhooks.ts";

const SECRET = newStandardSecret();
const NOW = new Date("2026-11-21T12:00:00Z");
const SECONDS = NOW.getTime() / 1000;
const encode = (text: string) => new TextEncoder().encode(text);

const verify = (headers: Record<string, string>, secrets = [SECRET], body = "{}") =>
  custom.verify({ headers: new Headers(headers), body: encode(body) }, secrets, NOW);

Deno.test("what is signed by Standard Webhooks is taken, with either of two secrets", () => {
  const headers = signStandard("msg_1", SECONDS, "{}", SECRET);
  assert.deepEqual(verify(headers), { ok: true });
  assert.equal(verify(headers, [newStandardSecret(), SECRET]).ok, true);
});

Deno.test("anything else is refused, and the setting is named", () => {
  const headers = signStandard("msg_1", SECONDS, "{}", SECRET);
  assert.equal(verify(headers, [SECRET], `{"a":1}`).ok, false);
  assert.equal(verify(signStandard("msg_1", SECONDS - 301, "{}", SECRET)).ok, false);
  assert.equal(verify(signStandard("msg_1", SECONDS + 301, "{}", SECRET)).ok, false);
  assert.equal(verify({ ...headers, "webhook-id": "msg_2" }).ok, false);
  assert.equal(verify({ authorization: `Bearer ${SECRET}` }).ok, false);
  assert.deepEqual(verify(headers, []), { ok: false, reason: "CUSTOM_WEBHOOK_SECRET is not set" });
});

Deno.test("a secret that cannot sign is refused when it is set", () => {
  assert.equal(custom.secretProblem(SECRET), null);
  assert.match(custom.secretProblem("hunter2")!, /whsec_/);
});

Deno.test("every sample is authentic, and a new message each time", () => {
  for (const name of Object.keys(custom.samples)) {
    const { headers, body } = custom.sample(name, SECRET, undefined, NOW);
    assert.deepEqual(verify(headers, [SECRET], body), { ok: true }, name);
    const again = custom.sample(name, SECRET, undefined, NOW);
    assert.notEqual(again.headers["webhook-id"], headers["webhook-id"]);
  }
  assert.throws(() => custom.sample("toString", SECRET, undefined, NOW), /no sample toString/);
});
