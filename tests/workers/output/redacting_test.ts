/** Rows of a run: no secret in any of them, nor in what they are when joined. */
import assert from "node:assert/strict";
import { createRedactor } from "@/db/process/redact.ts";
import type { OutputRow } from "@/db/task_output.ts";
import type { OutputKind } from "@/db/nouns/output.ts";
import {
  HELD,
  piecesIn,
  randomPieces,
  scramble,
  seeded,
  SHAPES,
} from "@/tests/helpers/secret_samples.ts";
import type { ContentBlock } from "@/workers/claude/cli_lines.ts";
import {
  errorRow,
  systemRow,
  toolResultRow,
  toolUseRow,
  unparsedRow,
} from "@/workers/claude/output_rows.ts";
import { MAX_ROW_BYTES } from "@/workers/claude/stored_text.ts";
import { RedactedRows } from "@/workers/output/redacting.ts";

const PLACE = { message_id: null, parent_tool_use_id: null };
const SECRETS = { ...SHAPES, ...HELD };

function row(kind: OutputKind, text: string | null, more: Partial<OutputRow> = {}): OutputRow {
  return { kind, text, data: null, message_id: "msg_1", parent_tool_use_id: null, ...more };
}

function writing(secrets = Object.values(HELD) as string[]) {
  const rows: OutputRow[] = [];
  const redacted = new RedactedRows(createRedactor(secrets), (one) => rows.push(one));
  const said = (kind: OutputKind, message_id: string | null = "msg_1", parent?: string) =>
    rows.filter((one) =>
      one.kind === kind && one.message_id === message_id &&
      one.parent_tool_use_id === (parent ?? null)
    ).map((one) => one.text).join("");
  return { rows, redacted, said };
}

Deno.test("text and thinking in pieces of four characters, among each other and notes", () => {
  for (const [name, secret] of Object.entries(SECRETS)) {
    const { redacted, rows, said } = writing();
    const text = `tok ${secret} and so on`;
    const pieces = text.match(/[^]{1,4}/g)!;
    for (const [index, piece] of pieces.entries()) {
      redacted.add(row("text", piece));
      redacted.add(row("thinking", piece));
      redacted.add(row("text", piece, { parent_tool_use_id: "tool_1", message_id: "msg_2" }));
      if (index % 5 === 0) {
        redacted.add(row("system", "a note", { message_id: null, data: { subtype: "status" } }));
      }
    }
    redacted.end();
    for (const shown of [said("text"), said("thinking"), said("text", "msg_2", "tool_1")]) {
      assert.match(shown, /^tok (postgres:\/\/agent:)?\[redacted\].* and so on$/, name);
      assert.deepEqual(piecesIn(shown, secret), [], name);
    }
    assert.equal(rows.filter((one) => one.text === "").length, 0);
  }
});

Deno.test("a tool in the middle of a token shows no more of it", () => {
  const { redacted, rows } = writing();
  const token = SHAPES["a new installation token"];
  redacted.add(row("text", `it is ${token.slice(0, 90)}`));
  redacted.add(row("tool_use", null, { data: { id: "t", name: "Bash", input: {} } }));
  redacted.add(row("text", token.slice(90)));
  redacted.add(row("text", " ."));
  redacted.end();
  assert.deepEqual(piecesIn(rows.map((one) => one.text).join(""), token), []);
});

Deno.test("what was kept back comes out before whatever follows it", () => {
  const follow: [string, OutputRow][] = [
    ["the next message", row("text", "more. ", { message_id: "msg_2" })],
    ["a tool", row("tool_use", null, { data: { id: "t", name: "Bash", input: {} } })],
    ["the result", row("result", null, { message_id: null, data: { is_error: false } })],
    ["an error", row("error", "no. ", { message_id: null })],
  ];
  for (const [name, next] of follow) {
    const { redacted, rows } = writing();
    redacted.add(row("text", "it begins with ghp_"));
    assert.equal(rows.map((one) => one.text).join(""), "it begins with ");
    redacted.add(next);
    assert.deepEqual(rows.slice(0, 3).map((one) => one.text), [
      "it begins with ",
      "ghp_",
      next.text,
    ], name);
  }
});

Deno.test("a sub-agent that has reported keeps nothing back", () => {
  const { redacted, said, rows } = writing();
  redacted.add(row("text", "it says ghp_", { parent_tool_use_id: "tool_1", message_id: "msg_2" }));
  redacted.add(row("tool_result", "done", { message_id: null, data: { tool_use_id: "tool_1" } }));
  assert.equal(said("text", "msg_2", "tool_1"), "it says ghp_");
  assert.equal(rows.at(-1)!.kind, "tool_result");
});

Deno.test("tool inputs, results, errors and notes: in values, names and numbers", () => {
  for (const [name, secret] of Object.entries(SECRETS)) {
    const { redacted, rows } = writing([...Object.values(HELD), "1234509876"]);
    const data = {
      input: {
        [secret]: secret,
        list: [`a ${secret} b`, { deep: [secret, 1234509876, 1.5, true] }],
      },
    };
    for (const kind of ["tool_use", "tool_result", "system", "error", "result"] as const) {
      redacted.add(row(kind, `it is ${secret} here`, { data, message_id: null }));
    }
    redacted.end();
    assert.equal(rows.length, 5);
    for (const one of rows) {
      assert.deepEqual(
        piecesIn(JSON.stringify(one), JSON.stringify(secret).slice(1, -1)),
        [],
        name,
      );
      assert.match(one.text!, /^it is (postgres:\/\/agent:)?\[redacted\].* here$/);
      const { input } = one.data as typeof data;
      assert.deepEqual((input.list[1] as { deep: unknown[] }).deep.slice(1), [
        "[redacted]",
        1.5,
        true,
      ]);
    }
  }
});

Deno.test("where a tool's input was cut, the beginning of a secret goes too", () => {
  const { redacted, rows } = writing();
  const text = `x ${HELD.plain.slice(0, -3)}… (4000 more characters)`;
  redacted.add(row("tool_use", null, { data: { input: { text } } }));
  assert.deepEqual(rows[0].data, { input: { text: "x [redacted]… (4000 more characters)" } });
});

Deno.test("what we cut shows no eight characters of a secret that began there", () => {
  const held = { ...SECRETS, long: scramble("a long secret that is held", 300) };
  const before = "x".repeat(MAX_ROW_BYTES - 200);
  for (const [name, secret] of Object.entries(held)) {
    for (const length of [4, 8, 9, 15, 24, 60, 150].filter((one) => one < secret.length)) {
      const long = before + "y".repeat(198 - length) + "\n " + secret + "z".repeat(MAX_ROW_BYTES);
      const { redacted, rows } = writing([...Object.values(HELD), held.long]);
      const block = { type: "tool_result", tool_use_id: "t", is_error: false, content: long };
      for (
        const one of [
          toolResultRow(block as ContentBlock, PLACE),
          errorRow(long, null),
          systemRow(long, { subtype: "note" }),
          unparsedRow(long, 0),
          unparsedRow(long.slice(0, MAX_ROW_BYTES), 99),
        ]
      ) redacted.add(one);
      redacted.end();
      assert.equal(rows.length, 5);
      for (const [index, one] of rows.entries()) {
        const left = one.text!.slice(before.length);
        assert.deepEqual(piecesIn(left, secret), [], `${name}, ${length} of it, row ${index}`);
      }
    }
  }
});

Deno.test("what we cut of a tool's input neither", () => {
  const { redacted, rows } = writing();
  for (const secret of Object.values(SECRETS)) {
    for (const length of [8, 9, 15, 24, 60, 150].filter((one) => one < secret.length)) {
      const text = "x".repeat(64 * 1024 - length - 1) + " " + secret + "z".repeat(MAX_ROW_BYTES);
      redacted.add(toolUseRow({ id: "t", name: "Bash", input: { text } } as ContentBlock, PLACE));
      const { input } = rows.pop()!.data as { input: { text: string } };
      assert.deepEqual(piecesIn(input.text.slice(60_000), secret), [], `${length} of ${secret}`);
    }
  }
});

Deno.test("two names that are secrets stay two", () => {
  const { redacted, rows } = writing();
  redacted.add(row("tool_use", null, { data: { input: { [HELD.plain]: 1, [HELD.quoted]: 2 } } }));
  assert.deepEqual(rows[0].data, { input: { "[redacted]": 1, "[redacted] 2": 2 } });
});

Deno.test("lines that are none of the CLI's are one text", () => {
  const noise = (text: string) =>
    row("system", text, { message_id: null, data: { unparsed: true } });
  for (const [name, secret] of Object.entries(SHAPES)) {
    const { redacted, rows } = writing();
    for (const line of `first\nit is ${secret}\nlast`.split("\n")) redacted.add(noise(line));
    redacted.end();
    const shown = rows.map((one) => one.text).join("\n");
    assert.match(shown, /^first\nit is \[redacted\]\nlast$/, name);
    assert.ok(rows.every((one) => one.data?.unparsed === true));
  }
});

Deno.test("at random: many messages, kinds and secrets, cut anywhere", () => {
  const seed = 7;
  const random = seeded(seed);
  const secrets = Object.entries(SECRETS);
  for (let round = 0; round < 300; round++) {
    const { redacted, said } = writing();
    const streams = Array.from({ length: 4 }, (_, index) => {
      const [name, secret] = secrets[Math.floor(random() * secrets.length)];
      const text = `${scramble(`${round}`, 5)} ${secret} the end`;
      const kind: OutputKind = index % 2 === 0 ? "text" : "thinking";
      const place = {
        parent_tool_use_id: index < 2 ? null : "tool_9",
        message_id: `m${index >> 1}`,
      };
      return { name, secret, kind, place, pieces: randomPieces(text, 30, random) };
    });
    while (streams.some(({ pieces }) => pieces.length > 0)) {
      const { kind, place, pieces } = streams[Math.floor(random() * streams.length)];
      if (pieces.length > 0) redacted.add(row(kind, pieces.shift()!, place));
    }
    redacted.end();
    for (const { name, secret, kind, place } of streams) {
      const shown = said(kind, place.message_id, place.parent_tool_use_id ?? undefined);
      const where = `${name}, seed ${seed}, round ${round}: ${shown}`;
      assert.deepEqual(piecesIn(shown, secret), [], where);
      assert.ok(
        shown.startsWith(`${scramble(`${round}`, 5)} `) && shown.endsWith(" the end"),
        where,
      );
    }
  }
});
