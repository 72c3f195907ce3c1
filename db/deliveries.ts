import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import type { Database } from "@/db/client.ts";
import { gzipInThread, isLarge, keepLargeBody } from "@/db/deliveries/large_body.ts";
import { grouped } from "@/db/grouped.ts";
import { newId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";
import type { Actor, CommandTrace } from "@/db/nouns/delivery.ts";
import type { NextTask } from "@/db/nouns/question.ts";
import type { ReplyKind } from "@/db/nouns/reply.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";

export interface TaskRecord {
  task_id: string;
  /** Name of the command that makes it, as in the trace. */
  command: string;
  assigned_agent: string;
  model: string | null;
  tool_profile: ToolProfile;
  /** What the CLI is asked, with outside text fenced. */
  input_message: string;
  /** What people see in the conversation: the words that asked for it. */
  message: string;
  /** Named fields only. `provider` and `reply_to` say where the answer goes (db/replies.ts). */
  source_metadata: Record<string, unknown>;
  requires_repository: boolean;
}

export interface ReplyRecord {
  reply_id: string;
  task_id: string | null;
  /** Name of the command that says it, as in the trace. */
  command: string;
  kind: ReplyKind;
  target: Record<string, unknown>;
  body: string;
  buttons?: Record<string, unknown>[];
}

/** One use of a command, counted where the command has a limit. */
export interface UseRecord {
  /** As in the trace. */
  name: string;
  use_key: string;
  /** Who asked, by the provider's id; empty: no person did. */
  person: string;
  /** For one person; null: any number. */
  hourly_limit: number | null;
  /** For all people together. */
  webhook_hourly_limit: number | null;
}

/** A question that is asked: the next word of somebody trusted in that flow answers it. */
export interface QuestionRecord {
  question_id: string;
  command: string;
  question: string;
  /** What the answer starts. */
  next: NextTask;
}

/** Everything that one delivery writes, decided before the transaction. */
export interface AcceptRecord {
  delivery: {
    delivery_id: string;
    provider: string;
    webhook_id: string | null;
    provider_delivery_id: string;
    /** The same for every attempt, and for no other delivery to this webhook. */
    dedupe_id: string;
    /** What came in, whichever hook or event brought it; null: nothing that another could bring. */
    content_key: string | null;
    replay_of: string | null;
    event_type: string;
    external_id: string | null;
    flow_id: string | null;
    actor: Actor;
    outcome: "accepted" | "ignored";
    reason: string | null;
    /** Of commands of which something else is true than of the others. */
    commands: CommandTrace[];
    /** Names all commands that were looked at; `db/deliveries/command_sets.ts`. */
    command_set: string | null;
    other_commands_reason: string | null;
    /** By command of the set: 0, or which of its reasons it is, counted from 1. Null: all 0. */
    unmet: number[] | null;
    /** What was found at the paths that those reasons name. */
    found: Record<string, string> | null;
    /** Remarks on what was done, such as template paths that the payload does not have. */
    notes: string[];
    /** Without secrets. */
    headers: Record<string, string>;
    /** The raw bytes that were verified. */
    body: Uint8Array;
    received_at: Date;
  };
  flow: {
    flow_id: string;
    provider: string;
    external_id: string;
    title: string;
    url: string | null;
  } | null;
  tasks: TaskRecord[];
  replies: ReplyRecord[];
  uses: UseRecord[];
  question: QuestionRecord | null;
  /** Id of the open question that this delivery answers. */
  answers: string | null;
}

export interface Accepted {
  outcome: "accepted" | "ignored" | "duplicate";
  delivery_id: string;
  task_ids: string[];
}

interface Item {
  key: string;
  /** It has limits that count, or answers a question. */
  may_be_refused: boolean;
  asks: boolean;
  fields: Record<string, unknown>;
  body: Uint8Array;
}

const acceptors = new WeakMap<Database, (item: Item) => Promise<Accepted>>();

/**
 * Writes the delivery with its tasks, messages, replies and jobs in one commit, which deliveries
 * that wait at the same moment share. A redelivery writes nothing but its own trace and answers
 * with the ids of the first.
 */
export async function acceptDelivery(db: Database, record: AcceptRecord): Promise<Accepted> {
  let accept = acceptors.get(db);
  if (!accept) {
    accept = grouped<Item, Accepted>({
      run: (items) => acceptGroup(db, items),
      largest: 32,
      in_flight: 2,
      patience_ms: 25,
    });
    acceptors.set(db, accept);
  }
  const accepted = await accept(await toItem(record));
  const { delivery_id, body } = record.delivery;
  if (isLarge(body) && accepted.delivery_id === delivery_id) {
    await keepLargeBody(db, delivery_id, body);
  }
  return accepted;
}

async function toItem(record: AcceptRecord): Promise<Item> {
  const { delivery, flow, tasks, replies, uses, question, answers } = record;
  const { body, dedupe_id, unmet, ...fields } = delivery;
  const dedupe_key = `${delivery.provider}:${delivery.webhook_id ?? ""}:${dedupe_id}`;
  return {
    // The order in which groups take their keys: the same everywhere, so that none wait in a circle.
    key: delivery.content_key ?? dedupe_key,
    may_be_refused: answers !== null || uses.some(({ hourly_limit }) => hourly_limit !== null),
    asks: question !== null,
    body: await compressed(body),
    fields: {
      ...fields,
      // As text, since Postgres takes 40 µs for an array of 200 numbers in JSON.
      unmet: unmet && `{${unmet}}`,
      dedupe_key,
      body_bytes: body.length,
      body_encoding: "gzip",
      task_ids: tasks.map((task) => task.task_id),
      flow: flow && { ...flow, conversation_id: newId() },
      tasks: tasks.map((task) => ({ ...task, message_id: newId() })),
      replies,
      uses,
      question: question && { ...question, message_id: newId() },
      answers,
    },
  };
}

const SMALL = 64 * 1024;

// Level 1 takes less for a usual payload than a thread's round trip; a longer one would hold up
// everybody else. Short chunks, since a quarter of the time went into 16 KiB for what is 3.
const QUICK = { level: 1, chunkSize: 4096 };

async function compressed(body: Uint8Array): Promise<Uint8Array> {
  if (isLarge(body)) return new Uint8Array();
  return body.length <= SMALL ? gzipSync(body, QUICK) : await gzipInThread(body);
}

async function acceptGroup(db: Database, items: Item[]): Promise<Accepted[]> {
  const order = items.map((item, n) => ({ ...item, n })).sort((a, b) => a.key < b.key ? -1 : 1);
  const bodies = Buffer.concat(order.map(({ body }) => body));
  const call = () => callAccept(db, storableJson(rowsOf(order)), bodies);
  const answers = await call().catch((error) => {
    // Another version of the program replaced a part under the call, which wrote nothing.
    if (error.code !== UNDEFINED_FUNCTION) throw error;
    return call();
  });
  const results: Accepted[] = [];
  for (const { n, ...answer } of answers) results[n] = answer;
  return results;
}

const UNDEFINED_FUNCTION = "42883";

async function callAccept({ sql }: Database, rows: string, bodies: Uint8Array) {
  return await sql<(Accepted & { n: number })[]>`
    select n, outcome, delivery_id, task_ids
    from accept_deliveries(${rows}::text::jsonb, ${bodies})`;
}

/** As `accept_deliveries` takes them, with what is true of the group in the first. */
function rowsOf(order: (Item & { n: number })[]): Record<string, unknown>[] {
  let at = 1;
  const rows = order.map(({ n, fields, body }) => {
    const row = { n, ...fields, body_at: at, body_length: body.length };
    at += body.length;
    return row;
  });
  const group = {
    may_be_refused: order.some(({ may_be_refused }) => may_be_refused),
    asks: order.some(({ asks }) => asks),
  };
  Object.assign(rows[0], { group });
  return rows;
}
