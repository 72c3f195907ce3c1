import type { Database } from "@/db/client.ts";
import type { OutputRow } from "@/db/task_output.ts";
import type { Usage } from "@/db/nouns/usage.ts";
import type { Claim } from "@/db/tasks/run.ts";
import { storeRows } from "@/workers/output/store.ts";
import { pauseFor } from "@/workers/persist.ts";
import type { Redactor } from "@/db/process/redact.ts";
import { isNoise, RedactedRows } from "@/workers/output/redacting.ts";

/** Rows that arrive within this time are written together, with one NOTIFY. */
const BATCH_MS = 50;
const MOST_ROWS = 500;
const MOST_CHARACTERS = 1 << 20;
const LONGEST_ROW = 256 * 1024;

type TimedRow = OutputRow & { at: string };

export interface OutputWriter {
  add(row: OutputRow): void;
  usage(usage: Usage): void;
  /** Resolves when all is stored, or the claim is lost. */
  flush(): Promise<void>;
}

/** In order, without secrets; pieces of one message that wait together become one row. */
export function outputWriter(
  db: Database,
  claim: Claim,
  last_seq: number,
  redactor: Redactor,
  ending: AbortSignal,
  lost: () => void,
): OutputWriter {
  let pending: TimedRow[] = [];
  let usage: Usage | null = null;
  let seq = last_seq;
  let given_up = false;
  let fresh = false;
  let writing: Promise<void> | null = null;
  const flushing = new AbortController();

  const writeOne = async () => {
    fresh = false;
    const { rows, rest } = takeBatch(pending);
    if (rows.length === 0 && !usage) return;
    pending = rest;
    const totals = usage;
    usage = null;
    const stored = await storeRows(db, claim, seq, rows, totals, ending);
    if (!stored) return giveUp();
    seq += rows.length;
  };
  const writeWhileFresh = async () => {
    while (fresh || pending.length >= MOST_ROWS) {
      await writeOne();
      if (!flushing.signal.aborted) await pauseFor(BATCH_MS, flushing.signal);
    }
  };
  const giveUp = () => {
    given_up = true;
    fresh = false;
    pending = [];
    usage = null;
    lost();
  };
  const start = () => {
    if (given_up) return;
    fresh = true;
    writing ??= writeWhileFresh().catch(giveUp).finally(() => {
      writing = null;
      if (fresh) start();
    });
  };
  const redacted = new RedactedRows(redactor, (row) => {
    append(pending, row);
    start();
  });
  return {
    add(row) {
      if (!given_up) redacted.add(row);
    },
    usage(totals) {
      usage = totals;
      start();
    },
    async flush() {
      if (!given_up) redacted.end();
      flushing.abort();
      await writing;
      try {
        while (!given_up && (pending.length > 0 || usage)) await writeOne();
      } catch {
        giveUp();
      }
    },
  };
}

function append(pending: TimedRow[], row: OutputRow): void {
  const before = pending.at(-1);
  if (before && continues(before, row)) before.text += row.text!;
  else if (before && isMoreNoise(before, row)) before.text += `\n${row.text}`;
  else pending.push({ ...row, at: new Date().toISOString() });
}

/** A CLI gone mad printed 50 MB of short lines: a million rows took half a minute to store. */
function isMoreNoise(before: OutputRow, row: OutputRow): boolean {
  return isNoise(before) && isNoise(row) && before.text!.length + row.text!.length < LONGEST_ROW;
}

function continues(before: OutputRow, row: OutputRow): boolean {
  return (row.kind === "text" || row.kind === "thinking") && before.kind === row.kind &&
    row.message_id !== null && before.message_id === row.message_id &&
    before.parent_tool_use_id === row.parent_tool_use_id && row.data === null &&
    before.text!.length + row.text!.length <= LONGEST_ROW;
}

function takeBatch(pending: TimedRow[]) {
  let size = 0;
  let count = 0;
  while (count < pending.length && count < MOST_ROWS && size < MOST_CHARACTERS) {
    size += (pending[count++].text?.length ?? 0) + 100;
  }
  return { rows: pending.slice(0, count), rest: pending.slice(count) };
}
