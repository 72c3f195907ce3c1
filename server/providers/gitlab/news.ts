import { z } from "zod";
import type { FlowNews } from "@/server/providers/event.ts";
import type { AnyEvent } from "./schema.ts";

const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const sha = maybe(z.string().regex(/^[0-9a-f]{40,64}$/));
const changed = maybe(
  z.object({ title: z.unknown().optional(), description: z.unknown().optional() }),
);

const told = z.object({
  object_attributes: maybe(z.object({
    oldrev: sha,
    sha,
    status: maybe(z.string()),
    source_branch: maybe(z.string()),
    ref: maybe(z.string()),
    last_commit: maybe(z.object({ id: sha })),
  })),
  changes: changed,
});
type Told = z.infer<typeof told>;

const ENDS = { merge: "merged", close: "closed", reopen: "reopened" } as const;
const PIPELINE_ENDED = ["success", "failed", "canceled", "skipped"];

/** What happened to a merge request, its commit or a text; null: nothing that work may wait for. */
export function readNews(any: AnyEvent, payload: unknown): FlowNews | null {
  const kind = any.object_kind ?? "";
  if (!["merge_request", "issue", "work_item", "pipeline"].includes(kind)) return null;
  const read = told.safeParse(payload);
  if (!read.success) return null;
  if (kind === "pipeline") return ofPipeline(read.data);
  const action = any.object_attributes?.action ?? "";
  if (action === "update") return ofUpdate(kind, any, read.data);
  const end = kind === "merge_request" && Object.hasOwn(ENDS, action)
    ? ENDS[action as keyof typeof ENDS]
    : null;
  return end && about(end, any, read.data);
}

function ofUpdate(kind: string, any: AnyEvent, { object_attributes, changes }: Told) {
  if (kind === "merge_request" && object_attributes?.oldrev) {
    return about("pushed", any, { object_attributes, changes });
  }
  if (!changes?.title && !changes?.description) return null;
  const { title, description } = any.object_attributes ?? {};
  return about("text_edited", any, { object_attributes: null, changes }, {
    title: title ?? "",
    description: description ?? "",
  });
}

function about(
  kind: FlowNews["kind"],
  { object_attributes: own }: AnyEvent,
  { object_attributes: told }: Told,
  data: FlowNews["data"] = {},
): FlowNews {
  const { last_commit = null, source_branch: branch = null } = told ?? {};
  return { kind, number: own?.iid ?? null, commit: last_commit?.id ?? null, branch, data };
}

function ofPipeline({ object_attributes }: Told): FlowNews | null {
  const { sha = null, ref = null, status = null } = object_attributes ?? {};
  if (!sha || !status || !PIPELINE_ENDED.includes(status)) return null;
  return { kind: "checks", number: null, commit: sha, branch: ref, data: { conclusion: status } };
}
