import { z } from "zod";
import { markerOf } from "@/server/providers/markdown_out.ts";
import type { Signs } from "@/server/providers/signs.ts";
import { actionOf, bodyKind } from "./kind.ts";
import type { AnyEvent, ReplyTarget } from "./schema.ts";

type Place = Pick<ReplyTarget, "project_id" | "kind" | "iid" | "sha">;

const titles = z.array(z.object({ title: z.string() }));
const changes = z.object({ labels: z.object({ previous: titles, current: titles }) });
const COMES_ALONG = /^(?:updated_at|updated_by_id|last_edited_\w+)$/;

/** `target` is where an answer to the event would go. */
export function signsOf(any: AnyEvent, target: ReplyTarget | null): Signs | null {
  const kind = bodyKind(any);
  if (kind === "note") return note(any);
  if (!target) return null;
  const action = actionOf(any);
  if (kind === "emoji" && action === "award") return deed([reactionId(awarded(any, target))]);
  const labels = action === "update" ? addedLabels(any.changes) : [];
  return labels.length > 0 ? deed(labelIds(target, labels)) : null;
}

const deed = (ids: string[]): Signs => ({ ids, marker: null, kind: "deed" });

function note({ object_attributes: written }: AnyEvent): Signs | null {
  if (!written?.id || written.system) return null;
  const is_commit = written.noteable_type === "Commit";
  const id = is_commit ? `${written.discussion_id}/${written.id}` : String(written.id);
  return { ids: [id], marker: markerOf(written.note ?? ""), kind: "post" };
}

const awarded = ({ object_attributes }: AnyEvent, target: ReplyTarget) => ({
  ...target,
  note_id: object_attributes?.awardable_type === "Note"
    ? object_attributes.awardable_id ?? null
    : null,
});

/** Labels that were set, where nothing else was changed: with us it never is. */
function addedLabels(said: unknown): string[] {
  const read = changes.safeParse(said);
  if (!read.success) return [];
  const others = Object.keys(said as object)
    .filter((name) => name !== "labels" && !COMES_ALONG.test(name));
  if (others.length > 0) return [];
  const { previous, current } = read.data.labels;
  const before = new Set(previous.map(({ title }) => title));
  return current.map(({ title }) => title).filter((title) => !before.has(title));
}

const placeOf = ({ project_id, kind, iid, sha }: Place): string =>
  `${project_id}/${kind}/${iid ?? sha}`;

export const labelIds = (place: Place, names: string[]): string[] =>
  names.map((name) => `label:${placeOf(place)}:${name}`.toLowerCase());

export const reactionId = (place: Place & Pick<ReplyTarget, "note_id">): string =>
  `reaction:${place.note_id ? `note/${place.note_id}` : placeOf(place)}`;
