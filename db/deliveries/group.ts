import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import type { Sql } from "@/db/client.ts";
import type { Accepted, AcceptRecord } from "@/db/deliveries.ts";
import { gzipInThread, isLarge } from "@/db/deliveries/large_body.ts";
import { newId } from "@/db/ids.ts";
import { storableJson } from "@/db/storable.ts";

/** What is done for those alone that need it. */
interface Flags {
  /** It has limits that count, answers a question or opens a workflow. */
  may_be_refused: boolean;
  asks: boolean;
  starts_workflow: boolean;
  tells: boolean;
  mentions: boolean;
  begins_conversation: boolean;
  may_be_alias: boolean;
}

export interface Item {
  key: string;
  flags: Flags;
  fields: Record<string, unknown>;
  body: Uint8Array;
}

export async function toItem(record: AcceptRecord): Promise<Item> {
  const { delivery, flow, tasks, replies, uses, question, answers, workflows, news } = record;
  const { mentions, begins_conversation } = record;
  const { body, dedupe_id, unmet, ...fields } = delivery;
  const dedupe_key = `${delivery.provider}:${delivery.webhook_id ?? ""}:${dedupe_id}`;
  return {
    // The order in which groups take their keys: the same everywhere, so that none wait in a circle.
    key: delivery.content_key ?? dedupe_key,
    flags: flagsOf(record),
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
      // What is undefined is not sent: most deliveries have none of these.
      workflows: workflows.length > 0 ? workflows : undefined,
      news: news.length > 0 ? news : undefined,
      mentions: mentions.length > 0 ? mentions : undefined,
      begins_conversation: begins_conversation || undefined,
    },
  };
}

function flagsOf(record: AcceptRecord): Flags {
  const { uses, question, answers, workflows, news, mentions } = record;
  const { begins_conversation, may_be_alias } = record;
  const is_limited = uses.some(({ hourly_limit }) => hourly_limit !== null);
  return {
    may_be_refused: answers !== null || workflows.length > 0 || is_limited,
    asks: question !== null,
    starts_workflow: workflows.length > 0,
    tells: news.length > 0,
    mentions: mentions.length > 0,
    begins_conversation,
    may_be_alias,
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

export async function acceptGroup(sql: Sql, items: Item[]): Promise<Accepted[]> {
  const order = items.map((item, n) => ({ ...item, n })).sort((a, b) => a.key < b.key ? -1 : 1);
  const bodies = Buffer.concat(order.map(({ body }) => body));
  const answers = await sql<(Accepted & { n: number })[]>`
    select n, outcome, delivery_id, task_ids
    from accept_deliveries(${storableJson(rowsOf(order))}::text::jsonb, ${bodies})`;
  const results: Accepted[] = [];
  for (const { n, ...answer } of answers) results[n] = answer;
  return results;
}

/** As `accept_deliveries` takes them, with what is true of the group in the first. */
function rowsOf(order: (Item & { n: number })[]): Record<string, unknown>[] {
  let at = 1;
  const rows = order.map(({ n, fields, body }) => {
    const row = { n, ...fields, body_at: at, body_length: body.length };
    at += body.length;
    return row;
  });
  const true_of_some = order.flatMap(({ flags }) => Object.entries(flags))
    .filter(([, is_true]) => is_true);
  const group = Object.fromEntries(true_of_some);
  Object.assign(rows[0], { group });
  return rows;
}
