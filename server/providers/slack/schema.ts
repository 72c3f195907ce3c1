import { z } from "zod";

export const id = z.string().regex(/^[\w-]{1,100}$/);
/** A message's own time, which is also its id within its channel. */
export const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
const name = z.string().regex(/^[a-z]\w{0,79}$/i);

// where something odd must not make the delivery unreadable, it counts as missing
const maybe_id = id.nullish().catch(null);
const maybe_ts = ts.nullish().catch(null);
const reference = z.union([id, z.object({ id }).transform((object) => object.id)])
  .nullish().catch(null);

/** Where our marker is: people do not see it, and other apps may have something else there. */
export const metadata = z.object({
  event_type: z.string().nullish(),
  event_payload: z.object({ marker: z.unknown().optional() }).nullish(),
}).nullish().catch(null);

const inner = z.object({
  user: maybe_id,
  text: z.string().nullish().catch(null),
  ts: maybe_ts,
  thread_ts: maybe_ts,
  bot_id: z.unknown().optional(),
  metadata,
}).nullish().catch(null);
export type Inner = z.infer<typeof inner>;
export type Metadata = z.infer<typeof metadata>;

const view = z.object({ id: maybe_id, root_view_id: maybe_id, team_id: maybe_id })
  .nullish().catch(null);

export const envelope = z.object({
  type: name,
  team_id: maybe_id,
  enterprise_id: maybe_id,
});

export const slackEvent = z.object({
  type: name,
  subtype: name.nullish(),
  user: reference,
  user_id: maybe_id,
  text: z.string().nullish(),
  channel: reference,
  channel_id: maybe_id,
  channel_type: z.string().nullish().catch(null),
  ts: maybe_ts,
  thread_ts: maybe_ts,
  event_ts: z.string().max(40).nullish().catch(null),
  deleted_ts: maybe_ts,
  reaction: z.string().max(100).nullish().catch(null),
  // what tells bots, strangers and edits is not passed over when it is odd
  bot_id: z.string().nullish(),
  app_id: z.string().nullish(),
  bot_profile: z.object({ app_id: z.string().nullish() }).nullish(),
  team: z.union([id, z.object({ id: z.string() }).transform((team) => team.id)]).nullish(),
  user_team: z.string().nullish(),
  source_team: z.string().nullish(),
  edited: z.unknown().optional(),
  metadata,
  message: inner,
  previous_message: inner,
  root: inner,
  item: z.object({ channel: maybe_id, ts: maybe_ts, file: reference, message: inner })
    .nullish().catch(null),
  message_ts: maybe_ts,
  assistant_thread: z.object({ channel_id: maybe_id, thread_ts: maybe_ts }).nullish().catch(null),
  file: reference,
  file_id: maybe_id,
  function_execution_id: maybe_id,
  subteam: reference,
  subteam_id: maybe_id,
  view,
  workflow_step: z.object({ workflow_step_execute_id: maybe_id }).nullish().catch(null),
});
export type SlackEvent = z.infer<typeof slackEvent>;

export const eventCallback = envelope.extend({
  event_id: id,
  is_ext_shared_channel: z.boolean().nullish(),
  authorizations: z.array(z.object({ team_id: maybe_id })).nullish().catch(null),
  event: slackEvent,
});
export type EventCallback = z.infer<typeof eventCallback>;

export const urlVerification = z.object({ challenge: z.string().min(1).max(1000) });

export const slashCommand = z.object({
  command: z.string().min(1).max(100),
  text: z.string().default(""),
  team_id: id,
  team_domain: z.string().nullish(),
  channel_id: id,
  user_id: id,
  trigger_id: z.string().regex(/^[\w.-]{1,200}$/),
  response_url: z.string().nullish(),
});
export type SlashCommand = z.infer<typeof slashCommand>;

const action = z.object({
  action_id: z.string().nullish(),
  value: z.string().nullish(),
});

export const interaction = z.object({
  type: name,
  team: z.object({ id, domain: z.string().nullish() }).nullish(),
  enterprise: z.object({ id: maybe_id }).nullish().catch(null),
  user: z.object({ id, team_id: z.string().nullish() }).nullish(),
  channel: z.object({ id: maybe_id }).nullish().catch(null),
  container: z.object({
    channel_id: maybe_id,
    message_ts: maybe_ts,
    thread_ts: maybe_ts,
    view_id: maybe_id,
  }).nullish().catch(null),
  view,
  workflow_step: z.object({ step_id: maybe_id }).nullish().catch(null),
  message: inner,
  original_message: inner,
  message_ts: maybe_ts,
  action_ts: z.string().max(40).nullish().catch(null),
  trigger_id: z.string().max(200).nullish().catch(null),
  response_url: z.string().nullish().catch(null),
  response_urls: z.array(
    z.object({ channel_id: maybe_id, response_url: z.string().nullish().catch(null) }),
  ).nullish().catch(null),
  actions: z.array(action).nullish(),
});
export type Interaction = z.infer<typeof interaction>;

export const replyTarget = z.object({
  team: id.nullable(),
  /** an id, or `#name` where an operator named the channel */
  channel: z.union([id, z.string().regex(/^#[^\s<>&#]{1,80}$/)]),
  thread_ts: ts.nullable(),
  message_ts: ts.nullable(),
  user: id.nullable(),
  /** of a command or a button: five uses within thirty minutes, then it is dead */
  response_url: z.string().nullable(),
});
export type ReplyTarget = z.infer<typeof replyTarget>;

/** A payload's address that may be called: Slack's own, and nothing else. */
export const isHooksAddress = (address: string): boolean =>
  address.startsWith("https://hooks.slack.com/") && URL.canParse(address);
