import assert from "node:assert/strict";
import { markdown, markdownKept, MAX_MARKDOWN } from "@/views/markdown.ts";

Deno.test("the memory of rendered texts is bounded by their bytes, not by how many they are", () => {
  for (let n = 0; n < 200; n++) {
    markdown(`${n} ${"<&>".repeat(MAX_MARKDOWN / 4)}`);
    const { bytes, most_bytes } = markdownKept();
    assert.ok(bytes <= most_bytes, `${bytes} bytes after ${n + 1} long texts`);
  }
  assert.ok(markdownKept().texts < 50, "of long ones there are few");
  for (let n = 0; n < 2_000; n++) markdown(`short *${n}*`);
  const { texts, bytes, most_bytes } = markdownKept();
  assert.ok(texts >= 2_000, `${texts} short ones`);
  assert.ok(bytes <= most_bytes);
  assert.equal(markdown("short *7*"), markdown("short *7*"));
});
