// What a table refuses is what the code knows: each list of words stands in db/nouns and in a CHECK.
import assert from "node:assert/strict";
import { CONVERSATION_SOURCES, MESSAGE_ROLES } from "@/db/nouns/conversation.ts";
import { BODY_ENCODINGS, OUTCOMES } from "@/db/nouns/delivery.ts";
import { OUTPUT_KINDS } from "@/db/nouns/output.ts";
import { REPLY_ENDS, REPLY_KINDS, REPLY_STATUSES } from "@/db/nouns/reply.ts";
import { INTERRUPTIONS, TASK_SOURCES, TASK_STATUSES } from "@/db/nouns/task.ts";
import { TOOL_PROFILES } from "@/db/nouns/tool_profile.ts";
import { ROLES } from "@/db/sessions.ts";
import { testDatabase } from "@/tests/helpers/database.ts";

const LISTS: Record<string, readonly string[]> = {
  "api_tokens.role": ROLES,
  "conversations.source": CONVERSATION_SOURCES,
  "deliveries.body_encoding": BODY_ENCODINGS,
  "deliveries.outcome": OUTCOMES,
  "messages.role": MESSAGE_ROLES,
  "replies.kind": REPLY_KINDS,
  "replies.status": REPLY_STATUSES,
  "reply_counts.what": REPLY_ENDS,
  "sessions.role": ROLES,
  "sign_in_links.role": ROLES,
  "task_output.kind": OUTPUT_KINDS,
  "tasks.interruption": INTERRUPTIONS,
  "tasks.source": TASK_SOURCES,
  "tasks.status": TASK_STATUSES,
  "tasks.tool_profile": TOOL_PROFILES,
};

Deno.test("each list of words that a table checks is the list that the code has", async () => {
  await using t = await testDatabase();
  const checks = await t.db.sql<{ definition: string; column: string }[]>`
    select pg_get_constraintdef(c.oid) as definition,
      c.conrelid::regclass::text || '.' || a.attname as column
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'c' and c.connamespace = 'public'::regnamespace
      and cardinality(c.conkey) = 1`;
  const of_lists = checks.filter(({ definition }) => /= ANY \(ARRAY\[/.test(definition));
  const found = of_lists.map(({ column, definition }) => {
    const words = [...definition.matchAll(/'([^']+)'::text/g)].map(([, word]) => word);
    return [column, words.sort()] as const;
  });
  const known = Object.entries(LISTS).map(([column, words]) => [column, words.toSorted()]);
  assert.deepEqual(found.sort(), known);
});
