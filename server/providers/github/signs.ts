import { z } from "zod";
import { markerOf } from "@/server/providers/markdown_out.ts";
import type { Signs } from "@/server/providers/signs.ts";
import type { Created } from "./created.ts";

/** Comments in review threads have ids of their own, so theirs are marked. */
export const IN_REVIEW = "review_comment:";

const comment = z.object({ id: z.int(), body: z.string().nullish() });
const label = z.object({ name: z.string().max(200) });
const review = z.object({ state: z.string(), body: z.string().nullish() });
const fields = z.object({
  comment: comment.nullish().catch(null),
  label: label.nullish().catch(null),
  review: review.nullish().catch(null),
});

const POSTS: Record<string, string> = {
  issue_comment: "",
  pull_request_review_comment: IN_REVIEW,
};

export function signsOfText(
  event_type: string,
  { text, text_key }: Created,
  payload: unknown,
): Signs {
  const is_comment = Object.hasOwn(POSTS, event_type.split(".")[0]);
  return {
    ids: is_comment ? [text_key.replace(/^issue_comment:/, "")] : [],
    marker: markerOf(text),
    kind: event_type === "pull_request_review.submitted" && isWordless(payload) ? "echo" : "post",
  };
}

/** The signs of an event that creates no text; `place` is where an answer to it would go. */
export function signsOf(event_type: string, payload: unknown, place: Place | null): Signs | null {
  const [name, action] = event_type.split(".");
  if (Object.hasOwn(POSTS, name)) {
    const { comment } = fields.parse(payload);
    return comment ? post(POSTS[name] + comment.id, comment.body) : null;
  }
  if (action !== "labeled" || !place) return null;
  const { label } = fields.parse(payload);
  return label ? { ids: labelIds(place, [label.name]), marker: null, kind: "deed" } : null;
}

const post = (id: string, body: string | null | undefined): Signs => ({
  ids: [id],
  marker: markerOf(body ?? ""),
  kind: "post",
});

// GitHub makes a review without words around each comment in a review thread
function isWordless(payload: unknown): boolean {
  const { review } = fields.parse(payload);
  return review?.state.toLowerCase() === "commented" && !review.body;
}

interface Place {
  repository: string;
  number: number;
}

export const labelIds = ({ repository, number }: Place, names: string[]): string[] =>
  names.map((name) => `label:${repository}#${number}:${name}`.toLowerCase());
