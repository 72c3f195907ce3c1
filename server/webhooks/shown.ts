/** What came in and what goes out, as people may see it: nothing in it that we hold. */
import type { RawRequest } from "@/db/deliveries/list.ts";
import type { Reply } from "@/db/replies.ts";
import type { AppDeps } from "@/server/env.ts";
import { LONGEST_READABLE } from "@/views/readable_body.ts";

type Redacting = Pick<AppDeps, "redactor">;

/** A request without secrets. Larger ones and those that are no text are shown nowhere. */
export function shownRequest({ redactor }: Redacting, raw: RawRequest | null): RawRequest | null {
  if (!raw?.body || raw.body.length > LONGEST_READABLE) return raw;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(raw.body);
    return { ...raw, body: new TextEncoder().encode(redactor.redact(text)) };
  } catch {
    return raw;
  }
}

/** Replies without secrets: they are sent so, too. */
export const shownReplies = ({ redactor: { redact } }: Redacting, replies: Reply[]): Reply[] =>
  replies.map((reply) => ({
    ...reply,
    body: redact(reply.body),
    last_error: reply.last_error && redact(reply.last_error),
  }));
