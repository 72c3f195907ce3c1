import assert from "node:assert/strict";
import type { OutputRow } from "@/db/task_output.ts";
import { type Block, type OutputLike, toBlocks } from "@/views/output/blocks.ts";
import { toChanges } from "@/views/output/changes.ts";
import { said, used } from "@/tests/helpers/story/rows.ts";
import { RUN } from "@/tests/helpers/story/run.ts";

const numbered = (rows: OutputRow[]): OutputLike[] =>
  rows.map((row, i) => ({ ...row, seq: i + 1, attempt: 1, at: new Date(0) }));

const find = (blocks: Block[], id: string): Block | undefined =>
  blocks.flatMap((b) => [b, ...(b.type === "tool" ? b.blocks : [])]).find((b) => b.id === id);

/** What a browser does with the changes, on the blocks that it shows. */
function apply(
  blocks: Block[],
  rows: OutputLike[],
  places: OutputLike[],
  all: OutputLike[],
  end: boolean,
) {
  for (const change of toChanges(rows, places, end)) {
    if (change.type === "begin") {
      const inside = change.inside === null ? null : find(blocks, change.inside);
      (inside?.type === "tool" ? inside.blocks : blocks).push(change.block);
    } else if (change.type === "result") {
      const tool = find(blocks, change.tool_id);
      if (tool?.type === "tool") tool.result = change.result;
    } else {
      const block = find(blocks, change.id);
      assert.ok(block?.type === "said", `nobody said ${change.id}`);
      if (change.type === "append") {
        assert.ok(block.open, "text is added only to what is still being said");
        block.text += change.text;
      } else {
        const same = (row: OutputLike) =>
          row.message_id === change.message_id && row.kind === change.kind;
        block.text = all.filter(same).map((row) => row.text).join("");
        block.open = false;
      }
    }
  }
}

function assertSameAsPage(rows: OutputLike[]): void {
  for (let first = 0; first <= rows.length; first++) {
    for (let then = first; then <= rows.length; then++) {
      const blocks = toBlocks(rows.slice(0, first), true);
      apply(blocks, rows.slice(first, then), rows.slice(0, first), rows.slice(0, then), false);
      apply(blocks, rows.slice(then), rows.slice(0, then), rows, true);
      assert.deepEqual(blocks, toBlocks(rows, false), `page of ${first} rows, then ${then}`);
    }
  }
}

Deno.test("a page that watched and a page that is loaded afterwards show the same", () => {
  assertSameAsPage(numbered(RUN));
});

Deno.test("so they do when sub-agents talk in between, and when the end comes mid-sentence", () => {
  const inside = { parent_tool_use_id: "a" };
  assertSameAsPage(numbered([
    used("a", "Agent", { description: "x" }),
    said("one ", "m1"),
    said("inner", "s1", inside),
    said("two ", "m1"),
    used("b", "Bash", { command: "ls" }, inside),
    said("three", "m1"),
    said("thought", "m2", { kind: "thinking" }),
    said("cut of", "m2"),
  ]));
});

Deno.test("ids from the CLI are safe in a selector", () => {
  const [block] = toBlocks(numbered([used('a b#c"]<>', "Bash", {})]), true);
  assert.match(block.id, /^[\w-]+$/);
});
