import assert from "node:assert/strict";
import { findScript, startScriptedModel } from "@/server/demo/scripted_model.ts";

function user(content: unknown) {
  return { role: "user", content };
}

async function ask(url: string, messages: unknown[], more: Record<string, unknown> = {}) {
  const body = JSON.stringify({ model: "m", max_tokens: 10, messages, ...more });
  return await fetch(`${url}/v1/messages?beta=true`, { method: "POST", body });
}

Deno.test("the last marker is played, one turn for each answer since", () => {
  const messages = [
    user("[[hello]]"),
    { role: "assistant", content: "Hello" },
    user([{ type: "text", text: "now [[bash:echo a:b]] please" }]),
    { role: "assistant", content: "Running" },
    user([{ type: "tool_result", content: "[[hello]]" }]),
  ];
  const script = findScript({ messages } as Parameters<typeof findScript>[0]);
  assert.deepEqual(script, {
    name: "bash",
    args: ["echo a", "b"],
    marker: "[[bash:echo a:b]]",
    turn: 1,
  });
  assert.equal(findScript({ messages: [{ role: "user", content: "no marker" }] }), null);
});

Deno.test("an answer is the same, streamed or whole", async () => {
  await using model = await startScriptedModel();
  const whole = await (await ask(model.url, [user("[[multi]]")])).json();
  assert.deepEqual(whole.content.map((block: { type: string }) => block.type), [
    "thinking",
    "text",
    "tool_use",
    "tool_use",
  ]);
  assert.equal(whole.stop_reason, "tool_use");

  const sse = await (await ask(model.url, [user("[[multi]]")], { stream: true })).text();
  const events = [...sse.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data));
  const deltas = events.flatMap((event) => event.delta ?? []);
  assert.equal(deltas.map((delta) => delta.text ?? "").join(""), "Two tools.");
  const inputs = deltas.map((delta) => delta.partial_json ?? "").join("");
  assert.match(inputs, /echo one.*echo two/);
  assert.equal(events.at(-1).type, "message_stop");
  assert.equal(model.requests.length, 2);
});

Deno.test("an error comes as often as asked, then the recovery", async () => {
  await using model = await startScriptedModel();
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await ask(model.url, [user("[[err:429:2:7]]")]));
  assert.deepEqual(answers.map((answer) => answer.status), [429, 429, 200]);
  assert.equal(answers[0].headers.get("retry-after"), "7");
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  assert.equal(bodies[0].error.type, "rate_limit_error");
  assert.equal(bodies[2].content[0].text, "Recovered.");
});

Deno.test("a cut connection is an error for the reader, and a hanging one ends with the model", async () => {
  const model = await startScriptedModel();
  const cut = await ask(model.url, [user("[[dropmid]]")], { stream: true });
  await assert.rejects(cut.text());
  const hanging = ask(model.url, [user("[[hang]]")]);
  const stalled = await ask(model.url, [user("[[hangmid]]")], { stream: true });
  await model.close();
  await (await hanging).body?.cancel();
  assert.match(await stalled.text(), /Partial/);
});

Deno.test("without a marker it echoes, or tells a story from what the tools found", async () => {
  await using model = await startScriptedModel();
  const echo = await (await ask(model.url, [user("What is the time?")])).json();
  assert.match(echo.content[0].text, /> What is the time\?/);

  const tools = [{ name: "Read" }, { name: "Grep" }];
  const messages = [user("Review this change.")];
  const used = [];
  for (let turn = 0; turn < 5; turn++) {
    const answer = await (await ask(model.url, messages, { tools })).json();
    messages.push({ role: "assistant", content: answer.content });
    if (answer.stop_reason === "end_turn") break;
    used.push(answer.content.at(-1).name);
    const content = "Found 2 files\nREADME.md\nsrc/a.ts";
    messages.push(user([{ type: "tool_result", tool_use_id: "t", content }]));
  }
  assert.deepEqual(used, ["Grep", "Grep", "Read"]);
  assert.match(JSON.stringify(messages.at(-1)), /## Review.*README\.md/);
});

Deno.test("what is not a request for a message gets a clear answer", async () => {
  await using model = await startScriptedModel();
  assert.equal((await fetch(model.url, { method: "HEAD" })).status, 200);
  const count = await fetch(`${model.url}/v1/messages/count_tokens`, {
    method: "POST",
    body: "{}",
  });
  assert.equal((await count.json()).input_tokens, 1);
  const bad = await fetch(`${model.url}/v1/messages`, { method: "POST", body: "not json" });
  assert.deepEqual([bad.status, (await bad.json()).type], [400, "error"]);
  const lost = await fetch(`${model.url}/v1/other`);
  assert.deepEqual([lost.status, (await lost.json()).error.type], [404, "not_found_error"]);
});
