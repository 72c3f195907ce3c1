import assert from "node:assert/strict";
import { forward } from "@/server/providers/forward.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { newStandardSecret, verifyStandard } from "@/server/providers/standard_webhooks.ts";

const SECRET = newStandardSecret();
const NOW = new Date("2026-11-21T12:00:00Z");

async function received(change: Partial<Parameters<typeof forward>[0]>) {
  const seen: { headers: Headers; body: Uint8Array }[] = [];
  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  await using server = Deno.serve(at, async (request) => {
    seen.push({ headers: request.headers, body: await request.bytes() });
    return new Response(null, { status: 204 });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const allow_hosts = [host];
  const message = { secret: SECRET, id: "reply_1", event_type: "issues.opened", body: `{"a":"é"}` };
  const url = `http://${host}/hook`;
  const sent = await forward({ ...message, url, allow_hosts, ...change }, { now: NOW });
  return { ...seen[0], status: sent.status };
}

Deno.test("a forward arrives signed, so that the receiver can verify it", async () => {
  const { headers, body, status } = await received({});
  assert.equal(status, 204);
  assert.equal(new TextDecoder().decode(body), `{"a":"é"}`);
  const names = { secret_setting: "THEIR_SECRET" };
  assert.deepEqual(verifyStandard(headers, body, [SECRET], NOW, names), { ok: true });
  assert.equal(headers.get("webhook-id"), "reply_1");
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("x-agent-event"), "issues.opened");
});

Deno.test("what is no JSON goes as text, and no event type breaks a header", async () => {
  const { headers } = await received({ body: "Deployed", event_type: "a\r\nb: c/ü" });
  assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(headers.get("x-agent-event"), "a__b:_c/_");
});

Deno.test("nothing goes out unsigned, nor to this machine", async () => {
  const message = { id: "1", event_type: "x", body: "{}" };
  const send = (url: string, secret: string) =>
    forward({ ...message, url, secret }).then(() => assert.fail("sent"), (error) => error);
  const unsigned = await send("https://example.com/", "plain");
  assert.ok(unsigned instanceof ProviderError && unsigned.permanent);
  assert.match(unsigned.message, /secret that signs forwards cannot be used/);
  for (const url of ["https://127.0.0.1/", "https://169.254.169.254/", "http://example.com/"]) {
    const error = await send(url, SECRET);
    assert.ok(error instanceof ProviderError && error.permanent, url);
  }
});
