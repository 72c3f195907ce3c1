import { z } from "zod";

const short = z.string().max(300);
/** A number in comments, a string elsewhere. */
export const id = z.union([z.string().regex(/^\d{1,20}$/), z.int().nonnegative()])
  .transform(String);
export const slug = z.string().regex(/^[A-Za-z0-9][\w-]{0,99}$/);

const address = z.string().nullish();
// what is shown and no more: a field of an unexpected kind must not spoil the delivery
const said = z.string().nullish().catch(null);

const metadata = z.object({ type: said, value: said, title: said }).nullish().catch(null);

const frame = z.object({
  filename: said,
  function: said,
  lineno: z.int().nullish().catch(null),
});
const exception = z.object({
  values: z.array(z.object({
    type: said,
    value: said,
    stacktrace: z.object({ frames: z.array(frame) }).nullish().catch(null),
  })),
}).nullish().catch(null);

const described = z.object({
  title: said,
  culprit: said,
  level: said,
  url: address,
  web_url: address,
  metadata,
});

const issue = described.extend({
  id,
  permalink: address,
  project: z.object({ slug: slug.nullish() }).nullish().catch(null),
});

const event = described.extend({
  issue_id: id.nullish(),
  event_id: short.nullish(),
  exception,
});

const metric_alert = z.object({ id, title: said, projects: z.array(slug).nullish().catch(null) });

const uuid = z.string().regex(/^[\w-]{1,64}$/);
const installation = z.object({
  uuid,
  organization: z.object({ slug: slug.nullish() }).nullish().catch(null),
}).nullish().catch(null);

export const anyEvent = z.object({
  action: z.string().regex(/^[a-z][a-z_]{0,49}$/),
  installation: z.object({ uuid }).nullish(),
  actor: z.object({
    type: short.nullish(),
    id: z.union([short, z.int()]).nullish(),
    name: short.nullish(),
  }).nullish(),
  data: z.object({
    issue: issue.nullish(),
    event: event.nullish(),
    error: event.nullish(),
    metric_alert: metric_alert.nullish(),
    installation,
    issue_id: id.nullish(),
    comment: z.string().nullish(),
    comment_id: id.nullish(),
    project_slug: slug.nullish(),
    triggered_rule: said,
    description_title: said,
    description_text: said,
    web_url: address,
  }).nullish(),
});

export type AnyEvent = z.infer<typeof anyEvent>;
export type Data = NonNullable<AnyEvent["data"]>;
export type Exception = z.infer<typeof exception>;

export const replyTarget = z.object({
  issue_id: z.string().regex(/^\d{1,20}$/),
  organization: slug.nullable(),
});
export type ReplyTarget = z.infer<typeof replyTarget>;
