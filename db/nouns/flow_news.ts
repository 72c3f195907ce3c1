import { z } from "zod";
import { DECISIONS } from "@/db/nouns/approval.ts";
import { personKey } from "@/db/nouns/workflow.ts";

const by = z.object({ id: z.string().nullable(), name: z.string().nullable() }).partial();
const about = { number: z.int().nullable(), commit: z.string().nullable() };

/** What deliveries tell of a flow, by its kind. */
export const flowNews = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("decision"),
    decision: z.enum(DECISIONS),
    note: z.string().nullable(),
    via: z.string(),
    person: personKey,
    approval_id: z.uuid(),
    plan_hash: z.string().nullable(),
    /** Where somebody who pressed a button is told what came of it. */
    answer_to: z.record(z.string(), z.unknown()).nullable().default(null),
  }),
  /** Why a plan was rejected, said after the button was pressed. */
  z.object({
    kind: z.literal("reason"),
    approval_id: z.uuid(),
    person: personKey,
    text: z.string(),
  }),
  z.object({ kind: z.literal("asked_again"), note: z.string(), person: personKey }),
  z.object({ kind: z.enum(["merged", "closed", "reopened"]), ...about }),
  z.object({ kind: z.literal("pushed"), ...about, by: by.default({}) }),
  z.object({
    kind: z.literal("text_edited"),
    number: z.int().nullable().default(null),
    title: z.string().default(""),
    description: z.string().default(""),
    by: by.default({}),
  }),
  z.object({
    kind: z.literal("checks"),
    conclusion: z.string().nullable(),
    commit: z.string().nullable(),
  }),
]);
export type FlowNews = z.infer<typeof flowNews>;
