import assert from "node:assert/strict";
import { noteBlock } from "@/views/output/blocks.ts";
import { Note } from "@/views/output/note.tsx";
import { html } from "@/views/render.ts";
import { resulted } from "@/tests/helpers/story/rows.ts";

Deno.test("the end of a turn is not called the end of a run that waits for a sub-agent", () => {
  for (
    const [goes_on, words] of [[true, "Waiting for a sub-agent"], [false, "Finished"]] as const
  ) {
    const row = { ...resulted({ goes_on }), seq: 1, attempt: 1, at: new Date(0) };
    const shown = html(<Note block={noteBlock(row)} task_id="t" />);
    assert.ok(shown.includes(`>${words} · 4 turns · `), shown);
  }
});
