/** What a provider is, both ways: how its deliveries are verified and read, how replies are sent. */
import type { Answer, Person, Reading } from "./event.ts";
import type { PullRequests } from "./pull_requests.ts";
import type { Connection, Outgoing, Pace, Repositories, Sender, Setting } from "./sender.ts";

export type * from "./event.ts";
export type * from "./pull_requests.ts";
export { ProviderError, quoted } from "./provider_error.ts";
export type * from "./sender.ts";

export type Verdict = { ok: true } | { ok: false; reason: string };

/** How a service shows a text: as Markdown, which hides comments, or as it was written. */
export type ShownAs = "markdown" | "plain";

/** What may be said to a provider; what is missing is refused when a command is stored. */
export type Ability =
  | "comment"
  | "reaction"
  | "label"
  | "whisper"
  | "answer"
  | "buttons"
  | "card";

/** A sample delivery: what `webhook:send` and a webhook's self-test post. */
export interface Sample {
  headers: Record<string, string>;
  body: string;
}

/** How somebody sets this up at the provider, in the provider's own words. */
export interface SetupStep {
  label: string;
  /** to be copied, or to be ticked; `{address}` and `{secret}` stand for the webhook's own */
  values: string[];
}

export interface Trigger {
  name: string;
  description: string;
  trigger: string;
  conditions?: Record<string, string | { not: string }>;
  expression?: string;
}

export interface Signing {
  event: string | null;
  secret: string;
  now: Date;
}

export interface StandInCall {
  method: string;
  path: string;
  body: unknown;
  id: number;
}

export interface StandIn {
  /** settings that lead to the stand-in at this address, and name whom the samples may trust */
  settings(url: string): Record<string, string>;
  answer(call: StandInCall): unknown;
  /** Whether this call changes nothing over there although it is no GET. */
  only_reads?(call: StandInCall): boolean;
}

export interface Provider {
  name: string;
  /** as people write it: `GitHub` */
  title: string;
  /** the setting that holds the secret of the built-in webhook */
  secret_setting: string;
  /** the setting that names who may start work; null: the provider has none */
  trusted_setting: string | null;
  /** the setting that names who we are there; null: the provider has none */
  login_setting: string | null;
  /** the setting with the id of our app there */
  app_setting?: string;
  /** the setting with the address of the service's pages and repositories */
  url_setting?: string;
  /** who posts to its webhooks, in words; without this its title */
  sender?: string;
  /** the setting with the place that is told of all work */
  notice_setting?: string;
  /** each of its webhooks has an address of its own that answers are posted to */
  has_callback?: boolean;
  /** associations that may start and approve work when no list is set */
  trusted_associations: string[];
  abilities: readonly Ability[];
  /** event types that a trigger may name, for suggestions: any other is allowed too */
  event_types: readonly string[];
  /** commands that start unasked, each off until somebody turns it on */
  triggers: readonly Trigger[];
  setup: readonly SetupStep[];
  /** the provider makes up the secret and shows it; else the operator chooses one */
  gives_secret: boolean;
  /** A new secret of the form that its signatures need; without this, any random text will do. */
  newSecret?(): string;
  /** Checks the raw bytes against each secret, in constant time. Never throws. */
  verify(
    request: { headers: Headers; body: Uint8Array },
    secrets: string[],
    now: Date,
  ): Verdict;
  /** What is wrong with this secret, or null: `whsec_` that is no base64, too short. */
  secretProblem(secret: string): string | null;
  /** What the headers claim of an unverified delivery, for the record of refused ones. */
  claims(headers: Headers): { event_type: string | null; provider_delivery_id: string | null };
  read(headers: Headers, body: Uint8Array): Reading;
  /** Ways to mention us, by the name or id that `whoAmI` or the setting gives. */
  mentions(own_name: string): string[];
  /** The address by which commits there name somebody; null: there is none that we know. Pure. */
  commitEmail?(person: Pick<Person, "id" | "name">, instance: string): string | null;
  /** How people see what is written there, and what it is written on. Titles are plain. */
  shows: { text: ShownAs; context: ShownAs };
  /** Hides code, quotes and the like, character for character. Gets a normalised text. */
  hide(text: string): string;
  /** Text of ours as the parts that are posted one after the other (pure). */
  prepare(text: string, options: Outgoing): string[];
  /** An answer to the request itself that the person who caused it sees; only with "answer". */
  answer?(text: string): Answer;
  /** The settings as what `connect` takes; `minted` is told each token that is made. Pure. */
  connection(setting: Setting, minted: (token: string) => void): Connection;
  connect(connection: Connection): Sender;
  /** How fast we may speak at this place of a reply. Pure. */
  pace(target: Record<string, unknown>, kind: string): Pace;
  /** The place that `notice_setting` names, as a reply's target. Pure. */
  noticePlace?(named: string): Record<string, unknown>;
  /** The place below a comment of ours at this target. Pure. */
  below?(target: Record<string, unknown>, comment_id: string): Record<string, unknown>;
  /** without this it keeps no repositories that we can clone */
  repositories?: Repositories;
  pull_requests?: PullRequests;
  /** Names of samples, each with the text that it says when none is given. */
  samples: Readonly<Record<string, { text: string }>>;
  /** A new sample delivery, signed; the one that causes nothing is called `self_test`. */
  sample(name: string, secret: string, text: string | undefined, now: Date): Sample;
  /** A payload of one's own with the time in it, where the provider signs that as a part of it. */
  stamp?(body: string, now: Date): string;
  event_header?: string;
  /** The headers that the provider would send with this body, signed. Throws RangeError, in
   * words for who signs it, when the event has to be named. */
  sign(body: string, how: Signing): Record<string, string>;
  /** what stands in for it in the demo; without this it has a recorder of its own */
  stand_in?: StandIn;
  /** what comes in from there in the demo: samples, and what they say instead of their own text */
  stories: readonly [sample: string, text?: string][];
}
