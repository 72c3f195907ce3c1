import { z } from "@hono/zod-openapi";
import {
  CONVERSATION_TOTALS,
  type ConversationTotals,
  FLOW,
  type Flow as FlowRow,
  TIMELINE_ENTRY,
  type TimelineEntry,
} from "@/db/nouns/flow.ts";
import { described, jsonOf } from "@/server/api/noun.ts";
import type { AppDeps } from "@/server/env.ts";
import { shownConversationTotals, shownEntry, shownFlow } from "@/server/shown.ts";

export const Flow = z.object(described(FLOW)).openapi("Flow");

/** A flow as the API shows it, without secrets. */
export const flowJson = (deps: AppDeps, flow: FlowRow): z.infer<typeof Flow> =>
  jsonOf(FLOW, shownFlow(deps, flow));

export const FlowStory = Flow.extend({
  conversations: z.array(z.object(CONVERSATION_TOTALS)),
  timeline: z.array(z.object(described(TIMELINE_ENTRY))),
}).openapi("FlowStory");

export const storyJson = (
  deps: AppDeps,
  flow: FlowRow,
  conversations: ConversationTotals[],
  timeline: TimelineEntry[],
): z.infer<typeof FlowStory> => ({
  ...flowJson(deps, flow),
  conversations: conversations.map((one) => shownConversationTotals(deps, one)),
  timeline: timeline.map((entry) => jsonOf(TIMELINE_ENTRY, shownEntry(deps, entry))),
});
