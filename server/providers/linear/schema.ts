import { z } from "zod";

const short = z.string().max(300);
/** Goes into flows and calls, so nothing but an id may pass. */
export const id = z.string().regex(/^[\w-]{1,64}$/);
const text = z.string().nullish();
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

const user = maybe(z.object({ id, name: maybe(short), url: text }));

const actor = maybe(z.object({ id: maybe(id), type: maybe(short), url: text }));

const team = maybe(z.object({ key: maybe(short), name: maybe(short) }));

const issue = maybe(z.object({
  id,
  identifier: maybe(z.string().regex(/^[A-Za-z0-9_]{1,20}-\d{1,12}$/)),
  title: text,
  url: text,
  team,
}));

const comment = maybe(z.object({ id, issueId: maybe(id), issue }));

const data = z.object({
  id: maybe(id),
  identifier: maybe(z.string().regex(/^[A-Za-z0-9_]{1,20}-\d{1,12}$/)),
  title: text,
  name: maybe(z.string()),
  url: text,
  description: text,
  body: text,
  team,
  issue,
  issueId: maybe(id),
  comment,
  commentId: maybe(id),
  parentId: maybe(id),
  creatorId: maybe(id),
  userId: maybe(id),
  user,
  externalUserId: maybe(id),
  botActor: z.unknown().optional(),
  updatedAt: maybe(short),
});
export type Data = z.infer<typeof data>;

export const anyEvent = z.object({
  type: z.string().regex(/^[A-Za-z]\w{0,99}$/),
  action: z.string().regex(/^[A-Za-z]\w{0,99}$/),
  organizationId: maybe(id),
  actor,
  url: text,
  data: maybe(data),
});
export type AnyEvent = z.infer<typeof anyEvent>;

export const replyTarget = z.object({
  issue_id: id,
  comment_id: id.nullable(),
  thread_id: id.nullable(),
});
export type ReplyTarget = z.infer<typeof replyTarget>;
