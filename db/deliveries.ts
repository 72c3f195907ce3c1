import type { Database, Sql } from "@/db/client.ts";
import { acceptGroup, type Item, toItem } from "@/db/deliveries/group.ts";
import { isLarge, keepLargeBody } from "@/db/deliveries/large_body.ts";
import { grouped } from "@/db/grouped.ts";
import type { Actor, CommandTrace } from "@/db/nouns/delivery.ts";
import type { NextTask } from "@/db/nouns/question.ts";
import type { Step } from "@/db/nouns/step.ts";
import type { Asked, Workflow } from "@/db/nouns/workflow.ts";
import type { Card } from "@/db/nouns/card.ts";
import type { Notice, ReplyButton, ReplyKind } from "@/db/nouns/reply.ts";
import type { ToolProfile } from "@/db/nouns/tool_profile.ts";

export interface TaskRecord {
  task_id: string;
  command: string;
  assigned_agent: string;
  model: string | null;
  tool_profile: ToolProfile;
  input_message: string;
  message: string;
  /** Named fields only. `provider` and `reply_to` say where the answer goes (db/replies.ts). */
  source_metadata: Record<string, unknown>;
  requires_repository: boolean;
  /** The first step of a workflow. */
  workflow_id?: string;
  step?: Step;
  round?: number;
}

/** What opens a workflow, beside the task of its first step. */
export interface WorkflowRecord
  extends
    Pick<Workflow, "workflow_id" | "command" | "steps" | "asked_by" | "repository" | "rules"> {
  asked: Asked;
  /** What is said where it came from when another one was asked for at the same moment. */
  if_refused: ReplyRecord[];
}

/** What a delivery tells of a flow: the job `follow_flow` sees to it. */
export interface NewsRecord {
  news_id: string;
  command: string | null;
  kind: string;
  data: Record<string, unknown>;
  /** Null: the flow of the delivery. */
  flow_id: string | null;
}

/** Something outside that is named: its address, or a key such as `TEA-12`. */
export interface MentionRecord {
  name: string;
  evidence: string;
}

export interface ReplyRecord {
  reply_id: string;
  task_id: string | null;
  command: string;
  kind: ReplyKind;
  target: Record<string, unknown>;
  body: string;
  buttons?: ReplyButton[];
  card?: Card;
  /** Not the delivery's own. */
  provider?: string;
  workflow_id?: string;
  notice?: Notice;
}

export interface UseRecord {
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
  next: NextTask;
}

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
    /** Of commands that run, or do not for a reason that is neither numbered nor the commonest. */
    commands: CommandTrace[];
    /** Names all commands that were looked at; `db/deliveries/command_sets.ts`. */
    command_set: string | null;
    other_commands_reason: string | null;
    /** By command of the set: 0, or which of its reasons it is, counted from 1. Null: all 0. */
    unmet: number[] | null;
    /** What was found at the paths that those reasons name. */
    found: Record<string, string> | null;
    notes: string[];
    headers: Record<string, string>;
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
  answers: string | null;
  workflows: WorkflowRecord[];
  news: NewsRecord[];
  mentions: MentionRecord[];
  /** What it starts begins a new conversation of the flow. */
  begins_conversation: boolean;
  /** It is about a pull request, which may be one of ours: then it belongs to the flow behind. */
  may_be_alias: boolean;
}

export interface Accepted {
  outcome: "accepted" | "ignored" | "duplicate";
  delivery_id: string;
  task_ids: string[];
}

const acceptors = new WeakMap<Database, (item: Item) => Promise<Accepted>>();

/** Writes a delivery with all that it causes; those that wait at the same moment share a commit. */
export async function acceptDelivery(db: Database, record: AcceptRecord): Promise<Accepted> {
  let accept = acceptors.get(db);
  if (!accept) {
    accept = grouped<Item, Accepted>({
      run: (items) =>
        acceptGroup(db.sql, items).catch((error) => againIfReplaced(error, db, items)),
      largest: 32,
      in_flight: 2,
      patience_ms: 25,
    });
    acceptors.set(db, accept);
  }
  const accepted = await accept(await toItem(record));
  await keepBody(db, record, accepted);
  return accepted;
}

/** Another version of the program replaced a part under the call, which wrote nothing then. */
function againIfReplaced(error: { code?: string }, { sql }: Database, items: Item[]) {
  if (error.code !== UNDEFINED_FUNCTION) throw error;
  return acceptGroup(sql, items);
}

const UNDEFINED_FUNCTION = "42883";

/** The same in the caller's transaction: `keepBody` is for the time after its commit. */
export async function acceptWithin(sql: Sql, record: AcceptRecord): Promise<Accepted> {
  const [accepted] = await acceptGroup(sql, [await toItem(record)]);
  return accepted;
}

export async function keepBody(
  db: Database,
  { delivery: { delivery_id, body } }: AcceptRecord,
  accepted: Accepted,
): Promise<void> {
  if (isLarge(body) && accepted.delivery_id === delivery_id) {
    await keepLargeBody(db, delivery_id, body);
  }
}
