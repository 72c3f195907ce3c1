import assert from "node:assert/strict";
import { custom } from "@/server/providers/custom.ts";
import { newStandardSecret } from "@/server/providers/standard_webhooks.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { cpuTime } from "@/tests/helpers/cpu_time.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const HEADERS = new Headers({ "content-type": "application/json", "webhook-id": "msg_1" });

function read(payload: unknown, headers = HEADERS): DeliveryEvent {
  const reading = custom.read(headers, encode(JSON.stringify(payload)));
  assert.ok(reading.kind === "event", JSON.stringify(reading));
  assert.deepEqual(reading.payload, payload);
  return reading.event;
}
function refused(body: Uint8Array): string {
  const reading = custom.read(HEADERS, body);
  return reading.kind === "unreadable" ? reading.reason : assert.fail("it was read");
}

Deno.test("a message with all fields that we know is read in full", () => {
  const payload = {
    type: "order.disputed",
    id: "m7",
    object_id: "order-4711",
    title: "Order 4711",
    text: "@agent analyze",
    url: "https://shop.example.com/4711",
    actor: { id: 12, name: "Nora" },
    data: { amount: 3 },
  };
  const actor = { id: "12", name: "Nora", association: "SENDER", is_bot: false };
  assert.deepEqual(read(payload), {
    event_type: "order.disputed",
    provider_delivery_id: "msg_1",
    dedupe_id: "msg_1",
    text_key: "message:msg_1",
    event_key: null,
    instance: null,
    container: { id: "custom", name: "custom" },
    object: {
      id: "order-4711",
      kind: "object",
      title: "Order 4711",
      url: "https://shop.example.com/4711",
    },
    external_id: "custom:order-4711",
    actor,
    text: "@agent analyze",
    no_text_reason: null,
    addressed: false,
    text_url: "https://shop.example.com/4711",
    context: { title: "Order 4711", body: "", author: actor },
    via_app_id: null,
    signs: null,
    reply_target: {
      object_id: "order-4711",
      external_id: "custom:order-4711",
      in_reply_to: "m7",
    },
    is_fork: null,
  });
});

Deno.test("a message without any of them is an event of its own, shown to the agent whole", () => {
  const event = read({ anything: ["at", "all"] });
  assert.equal(event.event_type, "event");
  assert.equal(event.external_id, "custom:msg_1");
  assert.equal(event.text, null);
  assert.equal(event.text_key, null);
  assert.equal(event.no_text_reason, 'the body has no field "text"');
  assert.deepEqual(event.context?.body, `{"anything":["at","all"]}`);
  assert.deepEqual(event.actor, {
    id: "sender",
    name: "sender",
    association: "SENDER",
    is_bot: false,
  });
});

Deno.test("numbers and texts name the same object; without one the message's own id does", () => {
  assert.equal(read({ object_id: 7 }).object?.id, "7");
  assert.equal(read({ object_id: "7" }).object?.id, "7");
  assert.equal(read({ id: "m7" }).object?.id, "m7");
  assert.equal(read({ object_id: "  ", id: "m7" }).object?.id, "m7");
});

Deno.test("a field that is not what we know it as counts as absent", () => {
  const odd = {
    type: "<script>",
    id: { a: 1 },
    object_id: "a\u0000b",
    text: ["x"],
    url: "javascript:alert(1)",
    actor: "nora",
    title: 5,
  };
  const event = read(odd);
  assert.equal(event.event_type, "event");
  assert.equal(event.object?.id, "msg_1");
  assert.equal(event.object?.url, null);
  assert.equal(event.object?.title, "event");
  assert.equal(event.text, null);
  assert.equal(event.actor.name, "sender");
  // more digits than a number holds would name another object
  assert.equal(read({ object_id: 12345678901234567890 }).object?.id, "msg_1");
});

Deno.test("a text names the message when no title does", () => {
  assert.equal(read({ text: "\n\n  Look here\nand there" }).object?.title, "Look here");
  assert.equal(read({ text: "  " }).text, null);
});

Deno.test("names that every object has are no fields of the body", () => {
  const body = encode(`{"__proto__":{"type":"evil","text":"@agent fix"}}`);
  const reading = custom.read(HEADERS, body);
  assert.ok(reading.kind === "event");
  assert.equal(reading.event.event_type, "event");
  assert.equal(reading.event.text, null);
});

Deno.test("what is no JSON object is refused with the reason", () => {
  assert.match(refused(encode("")), /not JSON/);
  assert.match(refused(encode("[1]")), /no JSON object/);
  assert.match(refused(encode(`"text"`)), /no JSON object/);
  assert.match(refused(encode("null")), /no JSON object/);
  assert.match(refused(Uint8Array.of(0x7b, 0xff, 0x7d)), /not UTF-8/);
  assert.match(refused(encode("\ufeff{}")), /byte order mark/);
});

Deno.test("a body of megabytes is read quickly, and not shown whole", async () => {
  const body = encode(JSON.stringify({ data: "x".repeat(8_000_000) }));
  const ms = await cpuTime(() => custom.read(HEADERS, body));
  assert.ok(ms < 1_000, `${ms} ms of CPU time`);
  const reading = custom.read(HEADERS, body);
  assert.ok(reading.kind === "event" && reading.event.context?.body === "");
});

Deno.test("the samples say what they are for", () => {
  const secret = newStandardSecret();
  const seen = Object.keys(custom.samples).map((name) => {
    const { headers, body } = custom.sample(name, secret, undefined, new Date());
    const { event_type, text } = read(JSON.parse(body), new Headers(headers));
    return [name, event_type, text];
  });
  assert.deepEqual(seen, [
    ["message", "message", "@agent analyze why this order was charged twice"],
    ["deploy_failed", "deploy.failed", null],
    ["self_test", "self_test", null],
  ]);
  const other = custom.sample("message", secret, "@agent plan", new Date());
  assert.equal(JSON.parse(other.body).text, "@agent plan");
});

Deno.test("an answer to the request itself is JSON", () => {
  const { content_type, body } = custom.answer!('say "hi"');
  assert.equal(content_type, "application/json");
  assert.deepEqual(JSON.parse(body), { text: 'say "hi"' });
});
