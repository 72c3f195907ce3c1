import assert from "node:assert/strict";
import { LineSplitter } from "@/workers/claude/lines.ts";

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

Deno.test("a line of 30 MB in small chunks takes no more than its share of time", () => {
  const splitter = new LineSplitter(32 * 1024 * 1024);
  const chunk = new Uint8Array(16 * 1024).fill(120);
  const started = performance.now();
  for (let i = 0; i < 1920; i++) assert.deepEqual(splitter.push(chunk), []);
  const [line] = splitter.push(encode("\n"));
  assert.equal(line.text.length, 1920 * chunk.length);
  assert.ok(performance.now() - started < 2000, "copying every byte for every chunk takes minutes");
});
