import { z } from "zod";
import { issueIdIn } from "./site.ts";

const short = z.string().max(300);
/** Goes into addresses, so nothing but digits may pass. */
export const numeric_id = z.union([z.string().regex(/^\d{1,20}$/), z.int().positive()])
  .transform(String);
export const issue_key = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,99}-\d{1,20}$/);

const account = z.object({
  accountId: short.nullish(),
  /** Data Center: `key` never changes, `name` is what people log in with */
  key: short.nullish(),
  name: short.nullish(),
  accountType: short.nullish(),
  self: z.string().nullish(),
}).nullish();

const project = z.object({ key: short.nullish(), projectTypeKey: short.nullish() }).nullish();

const issue = z.object({
  id: numeric_id.nullish(),
  key: issue_key.nullish(),
  self: z.string().nullish(),
  fields: z.object({
    summary: z.string().nullish(),
    description: z.unknown().optional(),
    project,
    creator: account,
    reporter: account,
  }).nullish(),
}).transform((read, { addIssue }) => {
  const id = read.id ?? issueIdIn(read.self) ?? read.key;
  if (id) return { ...read, id };
  addIssue({ code: "custom", path: ["id"], message: "neither an id nor a key" });
  return z.NEVER;
});

/** What is no issue; something odd counts as missing. */
const thing = z.object({
  id: numeric_id,
  name: short.nullish().catch(null),
  self: z.string().nullish().catch(null),
}).nullish().catch(null);

const comment = z.object({
  id: numeric_id,
  self: z.string().nullish(),
  author: account,
  updateAuthor: account,
  body: z.unknown().optional(),
  updated: short.nullish(),
  /** service projects: does the customer see it? */
  jsdPublic: z.boolean().nullish(),
  visibility: z.object({ type: short, value: short }).nullish(),
});

export const anyEvent = z.object({
  webhookEvent: z.string().regex(/^[A-Za-z][\w:.-]{0,99}$/),
  issue_event_type_name: short.nullish(),
  user: account,
  issue: issue.nullish(),
  comment: comment.nullish(),
  changelog: z.object({
    id: numeric_id.nullish(),
    items: z.array(z.object({ field: z.string().nullish().catch(null) }).catch({ field: null }))
      .nullish().catch(null),
  }).nullish(),
  attachment: thing,
  board: thing,
  issueLink: z.object({ id: numeric_id, sourceIssueId: numeric_id.nullish().catch(null) })
    .nullish().catch(null),
  issueLinkType: thing,
  issueType: thing,
  project: thing,
  sprint: thing,
  version: thing,
  worklog: z.object({
    id: numeric_id,
    issueId: numeric_id.nullish().catch(null),
    self: z.string().nullish().catch(null),
  }).nullish().catch(null),
});

export type Account = z.infer<typeof account>;
export type Issue = z.infer<typeof issue>;
export type Comment = z.infer<typeof comment>;
export type AnyEvent = z.infer<typeof anyEvent>;

export const replyTarget = z.object({
  site: z.string().nullable(),
  issue_id: z.string().regex(/^\d{1,20}$/),
  issue_key: issue_key.nullable(),
  internal: z.boolean(),
  visibility_type: z.string().nullable(),
  visibility_value: z.string().nullable(),
});
export type ReplyTarget = z.infer<typeof replyTarget>;
