/** The fields that we know of a body that anybody may have made up; see `read.ts`. */
import { z } from "zod";

/** What is not as described counts as absent: the rest of the body is for conditions and templates. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const text = maybe(z.string());
const line = z.string().trim().regex(/^[^\p{Cc}]{1,200}$/u);
const id = maybe(z.union([line, z.int().transform(String)]));

export const message = z.object({
  /** what happened: triggers go by it */
  type: maybe(z.string().regex(/^[A-Za-z][\w.:/-]{0,99}$/)),
  /** names this message; an answer says which one it answers */
  id,
  /** what it is about: messages with the same one belong together */
  object_id: id,
  title: text,
  text,
  url: text,
  actor: maybe(z.object({ id, name: maybe(line) })),
});
export type Message = z.infer<typeof message>;

export const replyTarget = z.object({
  object_id: z.string().min(1).max(300),
  external_id: z.string().min(1).max(300),
  in_reply_to: z.string().min(1).max(300),
});
export type ReplyTarget = z.infer<typeof replyTarget>;
