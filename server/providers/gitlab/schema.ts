/** The fields of GitLab's payloads that we use. A hook may have a template of its own for the
 * body, so each of them may be missing or something else: then it counts as absent. */
import { z } from "zod";

const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const text = maybe(z.string());
const word = maybe(z.string().max(255));
const int = maybe(z.int().nonnegative());
const moment = maybe(z.string().max(60));

const user = maybe(z.object({ id: int, username: word }));
const project = maybe(z.object({ id: int, path_with_namespace: word, web_url: text }));
const group = maybe(z.object({ group_id: int, group_path: word, full_path: word }));

const described = z.object({
  id: int,
  iid: int,
  title: text,
  description: text,
  author_id: int,
  confidential: maybe(z.boolean()),
  project_id: int,
  source_project_id: int,
  target_project_id: int,
});

const object_attributes = described.extend({
  action: word,
  note: text,
  noteable_type: word,
  noteable_id: int,
  system: maybe(z.boolean()),
  internal: maybe(z.boolean()),
  discussion_id: word,
  type: word,
  commit_id: word,
  sha: word,
  slug: word,
  status: word,
  updated_at: moment,
  finished_at: moment,
  group_id: int,
  target: project,
  url: text,
  awardable_type: word,
  awardable_id: int,
});

export const anyEvent = z.object({
  object_kind: word,
  event_type: word,
  event_name: word,
  action: word,
  user,
  user_id: int,
  user_username: word,
  project,
  project_id: int,
  target_project_id: int,
  project_name: word,
  path_with_namespace: word,
  project_path_with_namespace: word,
  group,
  group_id: int,
  group_path: word,
  full_path: word,
  promotion_namespace_id: int,
  repository: maybe(z.object({ homepage: text })),
  object_attributes: maybe(object_attributes),
  changes: z.unknown().optional(),
  issue: maybe(described),
  work_item: maybe(described),
  merge_request: maybe(described),
  snippet: maybe(described),
  project_snippet: maybe(described),
  note: maybe(z.object({ commit_id: word, project_id: int })),
  commit: maybe(z.object({ id: word, title: text, message: text })),
  id: int,
  ref: word,
  refs: maybe(z.array(z.string().max(255)).max(1)),
  after: word,
  sha: word,
  short_sha: word,
  tag: maybe(z.union([z.string().max(255), z.boolean()])),
  build_id: int,
  build_status: word,
  deployment_id: int,
  status: word,
  updated_at: moment,
});
export type AnyEvent = z.infer<typeof anyEvent>;
export type Described = z.infer<typeof described>;

export const replyTarget = z.object({
  project_id: z.int().positive(),
  project: z.string().regex(/^[\w.-]{1,255}(?:\/[\w.-]{1,255}){1,20}$/).nullable(),
  kind: z.enum(["issue", "merge_request", "snippet", "commit"]),
  iid: z.int().positive().nullable(),
  sha: z.string().regex(/^[0-9a-f]{7,64}$/).nullable(),
  note_id: z.int().positive().nullable(),
  discussion_id: z.string().regex(/^[0-9a-z]{1,64}$/i).nullable(),
  /** answer where only the project's own people read */
  internal: z.boolean(),
}).refine(({ kind, iid, sha }) => (kind === "commit" ? sha : iid) !== null, {
  message: "the number or the commit is missing",
});
export type ReplyTarget = z.infer<typeof replyTarget>;
