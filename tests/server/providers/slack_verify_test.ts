import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { slack } from "@/server/providers/slack.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const NOW = 1531420618;
/** Slack's own example, as its documentation has it. */
const BODY = encode(
  "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&" +
    "channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&" +
    "command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F" +
    "T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121." +
    "803a0bc887a14d10d2c447fce8b6703c",
);
const DOCUMENTED = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

const sign = (body: Uint8Array, { secret = SECRET, timestamp = String(NOW) } = {}) =>
  "v0=" + createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex");

interface Given {
  signature?: string | null;
  timestamp?: string | null;
  secrets?: string[];
  body?: Uint8Array;
  now?: number;
}

function verify(given: Given) {
  const { secrets = [SECRET], body = BODY, now = NOW } = given;
  const { signature = DOCUMENTED, timestamp = String(NOW) } = given;
  const headers = new Headers();
  if (signature !== null) headers.set("x-slack-signature", signature);
  if (timestamp !== null) headers.set("x-slack-request-timestamp", timestamp);
  return slack.verify({ headers, body }, secrets, new Date(now * 1000));
}
const reason = (given: Given) => {
  const verdict = verify(given);
  return verdict.ok ? "accepted" : verdict.reason;
};

Deno.test("Slack's documented signature is accepted", () => {
  assert.deepEqual(verify({}), { ok: true });
});

Deno.test("while secrets rotate, the previous one is accepted too", () => {
  assert.equal(verify({ secrets: ["a new one", SECRET] }).ok, true);
  assert.equal(verify({ secrets: [SECRET, "an old one"] }).ok, true);
  assert.equal(verify({ secrets: ["a new one", "an old one"] }).ok, false);
});

Deno.test("anything but the exact signature is refused, and nothing throws", () => {
  const hex = DOCUMENTED.slice(3);
  const wrong: Record<string, string | null> = {
    "none": null,
    "empty": "",
    "no version": hex,
    "another version": "v1=" + hex,
    "upper-case hex": "v0=" + hex.toUpperCase(),
    "one digit short": DOCUMENTED.slice(0, -1),
    "one digit long": DOCUMENTED + "0",
    "no hex": "v0=" + "z".repeat(64),
    "of another body": sign(encode("text=other")),
    "with another secret": sign(BODY, { secret: "another" }),
    "with the copy of the secret that lacks its last digit": sign(BODY, {
      secret: SECRET.slice(0, -1),
    }),
    "of the body alone": "v0=" + createHmac("sha256", SECRET).update(BODY).digest("hex"),
    "sent twice, joined by a comma": `${DOCUMENTED}, ${DOCUMENTED}`,
  };
  for (const [what, signature] of Object.entries(wrong)) {
    assert.equal(verify({ signature }).ok, false, what);
  }
});

Deno.test("a timestamp may be five minutes off, in both directions", () => {
  for (const off of [0, 300, -300]) assert.equal(verify({ now: NOW + off }).ok, true, `${off}`);
  assert.match(reason({ now: NOW + 301 }), /301 s in the past/);
  assert.match(reason({ now: NOW - 301 }), /301 s in the future/);
});

Deno.test("a timestamp is digits and nothing else, even when it is signed", () => {
  const odd = ["", "abc", "1531420618abc", "1.531420618e9", "0x5b479c8a", "-1531420618"];
  for (const timestamp of [...odd, "1531420618, 1531420618", "1531420618000", "NaN"]) {
    const signature = sign(BODY, { timestamp });
    assert.equal(verify({ timestamp, signature }).ok, false, timestamp);
  }
  assert.match(reason({ timestamp: null }), /X-Slack-Request-Timestamp is missing/);
});

Deno.test("the timestamp is signed: another one does not fit", () => {
  assert.match(reason({ timestamp: String(NOW + 1) }), /does not fit the body and SLACK_SIGNING/);
});

Deno.test("without a secret nothing passes, not even a signature made with an empty key", () => {
  const shut = "SLACK_SIGNING_SECRET is not set";
  assert.equal(reason({ secrets: [] }), shut);
  assert.equal(reason({ secrets: [""], signature: sign(BODY, { secret: "" }) }), shut);
  const dummy = sign(BODY, { secret: "no secret is set" });
  assert.equal(reason({ secrets: [], signature: dummy }), shut);
});

Deno.test("the bytes are verified as they came: not UTF-8, a byte order mark, none at all", () => {
  for (const body of [Uint8Array.of(0xff, 0xfe, 0), encode("\ufeff{}"), new Uint8Array()]) {
    assert.equal(verify({ body, signature: sign(body) }).ok, true);
  }
});

Deno.test("a token in the place of the signing secret is told apart", () => {
  assert.match(slack.secretProblem("xoxb-12-34-abc")!, /token.*Signing Secret/);
  assert.match(slack.secretProblem("xapp-1-A1-2-abc")!, /token/);
  assert.match(slack.secretProblem(` ${SECRET}`)!, /spaces/);
  assert.match(slack.secretProblem("8f7")!, /too short/);
  assert.equal(slack.secretProblem(SECRET), null);
});

Deno.test("every sample verifies, with its own secret and at its own time", () => {
  const now = new Date();
  for (const name of Object.keys(slack.samples)) {
    const { headers, body } = slack.sample(name, SECRET, undefined, now);
    const request = { headers: new Headers(headers), body: encode(body) };
    assert.deepEqual(slack.verify(request, [SECRET], now), { ok: true }, name);
    assert.equal(slack.verify(request, ["another"], now).ok, false, name);
  }
  assert.throws(() => slack.sample("constructor", SECRET, undefined, now), RangeError);
});

const shared = new URL("../../../../shared/fixtures/vectors.json", import.meta.url);
const vectors = await Deno.readTextFile(shared).then(JSON.parse, () => null);
Deno.test(`published vectors${vectors ? "" : " (../shared/fixtures is absent: nothing to try)"}`, () => {
  // deno-lint-ignore no-explicit-any
  for (const vector of (vectors?.documented ?? []).filter((v: any) => v.provider === "slack")) {
    const verdict = slack.verify(
      { headers: new Headers(vector.headers), body: encode(vector.body) },
      [vector.secret],
      new Date(vector.now * 1000),
    );
    assert.equal(verdict.ok, vector.expect === "accept", vector.id);
  }
});
