import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import {
  newStandardSecret,
  signStandard,
  standardSecretProblem,
  verifyStandard,
} from "@/server/providers/standard_webhooks.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = newStandardSecret();
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const SENT = 1614265330;
const BODY = `{"test": 2432232314}`;
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const encode = (text: string) => new TextEncoder().encode(text);

function verify(
  change: Record<string, string | null> = {},
  { secrets = [SECRET], body = encode(BODY), now = SENT } = {},
) {
  const headers = new Headers();
  const all = { "webhook-id": ID, "webhook-timestamp": `${SENT}`, "webhook-signature": SIGNATURE };
  for (const [name, value] of Object.entries<string | null>({ ...all, ...change })) {
    if (value !== null) headers.set(name, value);
  }
  const names = { secret_setting: "CUSTOM_WEBHOOK_SECRET" };
  return verifyStandard(headers, body, secrets, new Date(now * 1000), names);
}
const signed = (signature: string | null) => verify({ "webhook-signature": signature });
const reason = (verdict: ReturnType<typeof verify>) => verdict.ok ? "accepted" : verdict.reason;

Deno.test("the published vector is accepted, and made", () => {
  assert.deepEqual(verify(), { ok: true });
  assert.deepEqual(signStandard(ID, SENT, BODY, SECRET), {
    "webhook-id": ID,
    "webhook-timestamp": "1614265330",
    "webhook-signature": SIGNATURE,
  });
});

Deno.test("while secrets rotate both are accepted, on our side and in the sender's list", () => {
  assert.equal(verify({}, { secrets: [OTHER, SECRET] }).ok, true);
  assert.equal(verify({}, { secrets: [OTHER] }).ok, false);
  const foreign = signStandard(ID, SENT, BODY, OTHER)["webhook-signature"];
  assert.equal(signed(`${foreign} ${SIGNATURE}`).ok, true);
  assert.equal(signed(`v1a,${"A".repeat(86)}== ${SIGNATURE}`).ok, true);
});

Deno.test("anything but an exact signature is refused, and nothing throws", () => {
  const base64 = SIGNATURE.slice(3);
  const wrong: Record<string, string | null> = {
    "none": null,
    "empty": "",
    "no version": base64,
    "another version": `v2,${base64}`,
    "the asymmetric version": `v1a,${base64}`,
    "cut": SIGNATURE.slice(0, -2),
    "other bits that decode to the same bytes": SIGNATURE.replace("OE=", "OF="),
    "url-safe base64": SIGNATURE.replace("+", "-").replace("/", "_"),
    "hex": "v1," + "a".repeat(64),
    "sent twice, joined by a comma": `${SIGNATURE}, ${SIGNATURE}`,
    "joined without a space": `${SIGNATURE},${SIGNATURE}`,
    "behind ten others": `${`v1,${"A".repeat(43)}= `.repeat(10)}${SIGNATURE}`,
    "very long": "v1,".repeat(100_000),
  };
  for (const [what, signature] of Object.entries(wrong)) {
    assert.equal(signed(signature).ok, false, what);
  }
});

Deno.test("what was signed is the id, the time and the raw bytes", () => {
  assert.equal(verify({ "webhook-id": "msg_other" }).ok, false);
  assert.equal(verify({ "webhook-timestamp": `${SENT + 1}` }).ok, false);
  assert.equal(verify({}, { body: encode(`{"test":2432232314}`) }).ok, false);
  const odd = Uint8Array.of(0xff, 0xfe, 0x00);
  const { "webhook-signature": signature } = signStandard(ID, SENT, odd, SECRET);
  assert.equal(verify({ "webhook-signature": signature }, { body: odd }).ok, true);
});

Deno.test("five minutes are allowed, before and after", () => {
  for (const late of [-300, -10, 0, 10, 300]) {
    assert.equal(verify({}, { now: SENT + late }).ok, true, `${late}`);
  }
  assert.match(reason(verify({}, { now: SENT + 301 })), /301 s old; 300 s are allowed/);
  assert.match(reason(verify({}, { now: SENT - 301 })), /301 s ahead/);
});

Deno.test("a time is whole seconds, an id has no full stop", () => {
  for (
    const time of ["", "abc", `${SENT}abc`, `-${SENT}`, `${SENT}.0`, "1e9", `${SENT}`.repeat(2)]
  ) {
    const key = Buffer.from(SECRET.slice(6), "base64");
    const mac = createHmac("sha256", key).update(`${ID}.${time}.${BODY}`).digest("base64");
    const change = { "webhook-timestamp": time, "webhook-signature": `v1,${mac}` };
    assert.match(reason(verify(change)), /no number of seconds/, time);
  }
  // signed as `a.1614265330.{…}`: the id might as well be `a` and the body longer
  const body = encode(BODY);
  const two = signStandard("a.5", SENT, body, SECRET);
  assert.match(reason(verify(two, { body })), /webhook-id is no plain id/);
  const long = signStandard("a".repeat(201), SENT, body, SECRET);
  assert.equal(verify(long, { body }).ok, false);
});

Deno.test("without a usable secret nothing passes, and the setting is named", () => {
  const forged = createHmac("sha256", "no secret is set").update(`${ID}.${SENT}.${BODY}`)
    .digest("base64");
  const how = (secrets: string[]) =>
    reason(verify({ "webhook-signature": `v1,${forged}` }, { secrets }));
  assert.equal(how([]), "CUSTOM_WEBHOOK_SECRET is not set");
  assert.equal(how(["", ""]), "CUSTOM_WEBHOOK_SECRET is not set");
  assert.match(how(["plain"]), /CUSTOM_WEBHOOK_SECRET cannot be used: it is not whsec_/);
  assert.match(how(["whsec_c2hvcnQ="]), /5 bytes instead of 24 to 64/);
  assert.match(how(["whsec_"]), /cannot be used/);
});

Deno.test("each missing header is named", () => {
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    assert.equal(reason(verify({ [name]: null })), `the header ${name} is missing`);
  }
});

Deno.test("a secret is whsec_ and base64 of 24 to 64 bytes", () => {
  const of = (bytes: number) => `whsec_${btoa("k".repeat(bytes))}`;
  for (const secret of [SECRET, OTHER, of(24), of(64), of(32).replace("=", "")]) {
    assert.equal(standardSecretProblem(secret), null, secret);
  }
  for (const secret of ["", "whsec_", of(23), of(65), of(32).slice(6), `${of(32)} `, "whsec_ä"]) {
    assert.notEqual(standardSecretProblem(secret), null, secret);
  }
  assert.throws(() => signStandard(ID, SENT, BODY, "plain"), /cannot be used/);
});

const shared = new URL("../../../../shared/fixtures/vectors.json", import.meta.url);
const vectors = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`published vectors${vectors ? "" : " (../shared/fixtures is absent: nothing to try)"}`, () => {
  // deno-lint-ignore no-explicit-any
  for (const v of (vectors?.documented ?? []).filter((v: any) => v.provider === "custom")) {
    const names = { secret_setting: "X" };
    const headers = new Headers(v.headers);
    const now = new Date(v.now * 1000);
    const verdict = verifyStandard(headers, encode(v.body), [v.secret], now, names);
    assert.equal(verdict.ok, v.expect === "accept", v.id);
  }
});
