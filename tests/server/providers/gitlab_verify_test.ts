import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import { newStandardSecret, signStandard } from "@/server/providers/standard_webhooks.ts";
import type { Verdict } from "@/server/providers/provider.ts";

const SIGNING = newStandardSecret();
const TOKEN = "a-plain-token";
const NOW = new Date("2026-11-21T12:00:00Z");
const SECONDS = NOW.getTime() / 1000;
const BODY = new TextEncoder().encode(`{"object_kind":"push"}`);

const signed = (secret = SIGNING, body = BODY, at = SECONDS) =>
  signStandard("msg_1", at, body, secret);
const token = (value = TOKEN) => ({ "x-gitlab-token": value });
const verify = (headers: Record<string, string>, secrets: string[], now = NOW): Verdict =>
  gitlab.verify({ headers: new Headers(headers), body: BODY }, secrets, now);
const reason = (verdict: Verdict) => verdict.ok ? "accepted" : verdict.reason;

Deno.test("a signing token verifies signatures, any other secret the plain token", () => {
  assert.deepEqual(verify(signed(), [SIGNING]), { ok: true });
  assert.deepEqual(verify(token(), [TOKEN]), { ok: true });
});

Deno.test("a signature that is there and wrong is not made good by a token", () => {
  const both = { ...signed(newStandardSecret()), ...token() };
  assert.match(reason(verify(both, [SIGNING, TOKEN])), /the signature does not fit/);
  assert.match(reason(verify({ ...both, ...token(SIGNING) }, [SIGNING])), /does not fit/);
  const empty = { ...token(), "webhook-signature": "" };
  assert.equal(verify(empty, [SIGNING, TOKEN]).ok, false);
});

Deno.test("a signing token is never taken as a plain one, nor the other way round", () => {
  assert.equal(verify(token(SIGNING), [SIGNING]).ok, false);
  assert.equal(verify({ ...signed(), ...token("wrong") }, [TOKEN]).ok, false);
});

Deno.test("while going over from a plain token to a signing token, both are accepted", () => {
  const secrets = [SIGNING, TOKEN];
  assert.equal(verify(signed(), secrets).ok, true);
  assert.equal(verify(token(), secrets).ok, true);
  assert.equal(verify(token("another"), secrets).ok, false);
  assert.equal(verify(signed(SIGNING), [newStandardSecret(), SIGNING]).ok, true);
  assert.equal(verify(token("the old one"), [TOKEN, "the old one"]).ok, true);
});

Deno.test("anything but the exact token is refused, and nothing throws", () => {
  const wrong: Record<string, Record<string, string>> = {
    "none": {},
    "empty": token(""),
    "longer": token(`${TOKEN}x`),
    "shorter": token(TOKEN.slice(1)),
    "other letters": token(TOKEN.toUpperCase()),
    "sent twice, joined by a comma": token(`${TOKEN}, ${TOKEN}`),
    "in another header": { authorization: `Bearer ${TOKEN}` },
  };
  for (const [what, headers] of Object.entries(wrong)) {
    assert.equal(verify(headers, [TOKEN]).ok, false, what);
  }
  assert.equal(reason(verify({}, [TOKEN])), "the header X-Gitlab-Token is missing");
  assert.match(reason(verify(token("x"), [TOKEN])), /is not what GITLAB_WEBHOOK_SECRET says/);
});

Deno.test("a signature is good for five minutes, before and after", () => {
  for (const [seconds, ok] of [[-301, false], [-300, true], [300, true], [301, false]] as const) {
    const headers = signed(SIGNING, BODY, SECONDS + seconds);
    assert.equal(verify(headers, [SIGNING]).ok, ok, `${seconds}`);
  }
});

Deno.test("without a secret nothing passes", () => {
  const shut = { ok: false, reason: "GITLAB_WEBHOOK_SECRET is not set" };
  assert.deepEqual(verify(token(""), []), shut);
  assert.deepEqual(verify(token(""), [""]), shut);
  assert.deepEqual(verify(token("no secret is set"), []), shut);
  assert.match(
    reason(verify(token("whsec_x"), ["whsec_x"])),
    /GITLAB_WEBHOOK_SECRET cannot be used/,
  );
});

Deno.test("what is wrong with a secret is said", () => {
  for (const secret of [SIGNING, TOKEN]) assert.equal(gitlab.secretProblem(secret), null);
  assert.match(gitlab.secretProblem("whsec_c2hvcnQ=")!, /5 bytes/);
  assert.match(gitlab.secretProblem("short")!, /shorter than 8/);
  assert.match(gitlab.secretProblem("with a blank")!, /blanks/);
});

Deno.test("every sample is authentic, by either kind of secret", () => {
  for (const name of Object.keys(gitlab.samples)) {
    for (const secret of [SIGNING, TOKEN]) {
      const { headers, body } = gitlab.sample(name, secret, undefined, NOW);
      const request = { headers: new Headers(headers), body: new TextEncoder().encode(body) };
      assert.deepEqual(gitlab.verify(request, [secret], NOW), { ok: true }, name);
    }
  }
});
