import assert from "node:assert/strict";
import { LineSplitter, readLines } from "@/db/process/lines.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("lines come out whole, wherever the chunks were cut", () => {
  const bytes = encode('{"a":"ünï 🧑‍🚀"}\n\n{"b":2}\nlast');
  for (let size = 1; size <= bytes.length; size++) {
    const splitter = new LineSplitter(1000);
    const lines = [];
    for (let at = 0; at < bytes.length; at += size) {
      lines.push(...splitter.push(bytes.subarray(at, at + size)));
    }
    assert.deepEqual(lines.map((line) => line.text), ['{"a":"ünï 🧑‍🚀"}', "", '{"b":2}']);
    assert.equal(splitter.rest()?.text, "last");
    assert.equal(splitter.rest(), null);
  }
});

Deno.test("a line past the cap keeps its beginning and says what is missing", () => {
  const splitter = new LineSplitter(10);
  assert.deepEqual(splitter.push(encode("0123456")), []);
  assert.deepEqual(splitter.push(encode("789ABCDEF")), []);
  assert.deepEqual(splitter.push(encode("GHI\nnext\n")), [
    { text: "0123456789", cut_bytes: 9 },
    { text: "next", cut_bytes: 0 },
  ]);
});

Deno.test("a line of 30 MB in small chunks: copying each byte for every chunk would take minutes", () => {
  const chunk = new Uint8Array(1024).fill(120);
  const splitter = new LineSplitter(32 * 1024 * 1024);
  for (let i = 0; i < 30_000; i++) assert.deepEqual(splitter.push(chunk), []);
  const [line] = splitter.push(encode("\n"));
  assert.equal(line.text.length, 30_000 * chunk.length);
});

Deno.test("a stream is read line by line, its last line without an end included", async () => {
  const lines = [];
  for await (const line of readLines(new Response("first\nsecond").body!)) lines.push(line);
  assert.deepEqual(lines, ["first", "second"]);
});

Deno.test("who stops reading lines closes the stream", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(encode("again\n")),
    cancel: () => void (cancelled = true),
  });
  for await (const line of readLines(endless)) if (line === "again") break;
  assert.equal(cancelled, true);
});
