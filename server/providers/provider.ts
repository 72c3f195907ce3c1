/** What a provider is, both ways: how its deliveries are verified and read, how replies are sent. */
import type { Signs } from "./signs.ts";

export { ProviderError, quoted } from "./provider_error.ts";

export type Verdict = { ok: true } | { ok: false; reason: string };

/** Somebody outside, as the verified payload names them. */
export interface Person {
  id: string | null;
  name: string | null;
  /** how they stand to the place they wrote in, in the provider's own words */
  association: string | null;
  is_bot: boolean;
}

/** Text that was written outside, by whom. */
export interface OutsideText {
  title: string;
  body: string;
  author: Person;
}

/** What one delivery says, in our words: named fields only, nothing is copied through. */
export interface DeliveryEvent {
  event_type: string;
  /** what the provider calls this delivery; made of the content where it has no name */
  provider_delivery_id: string;
  /** the same for every attempt at this delivery, and for no other: the id, or a content hash */
  dedupe_id: string;
  /** names the text of this event, however many hooks and events bring it, e.g. `comment:7` */
  text_key: string | null;
  /** names what happened, when two hooks report it; null where only `dedupe_id` tells */
  event_key: string | null;
  /** which installation of the service, e.g. `github.com` */
  instance: string | null;
  /** what holds the object: repository, project, team */
  container: { id: string; name: string } | null;
  object: {
    id: string;
    kind: string;
    title: string;
    url: string | null;
    /** what people call it, where its container and id do not say it: `TEA-12` */
    name?: string;
  } | null;
  external_id: string | null;
  /** who made this happen; for text, the one who wrote it. All null: no person did */
  actor: Person;
  /** the text that this event created; null when it created none, with the reason */
  text: string | null;
  no_text_reason: string | null;
  /** the whole text is addressed to us, so no mention is needed: a slash command, a button */
  addressed: boolean;
  /** address of that text, built by us */
  text_url: string | null;
  /** what the text was written on: the issue, the pull request */
  context: OutsideText | null;
  /** names of people whom the texts mention, by the mention as it is written there */
  people?: ReadonlyMap<string, string>;
  /** id of the app that posted in the author's name */
  via_app_id: string | null;
  /** null: we do nothing of the kind */
  signs: Signs | null;
  /** where an answer goes; only the provider itself looks inside */
  reply_target: Record<string, string | number | boolean | null> | null;
  is_fork: boolean | null;
}

/** A body that the answer to the request has to have. */
export interface Answer {
  content_type: string;
  body: string;
}

export type Reading =
  | {
    kind: "event";
    event: DeliveryEvent;
    /** the parsed payload, for conditions and templates */
    payload: unknown;
    /** what the provider's protocol dictates as the answer */
    answer?: Answer;
    /** the sender shows the answer of this request to the person who caused it */
    shows_answer?: boolean;
  }
  | { kind: "ping"; event: DeliveryEvent; payload: unknown; answer?: Answer }
  | { kind: "unreadable"; reason: string };

/** How to reach the service, with what this provider's file makes of the settings. */
export interface Connection {
  base_url: string;
  token: string | null;
  /** Jira Cloud: the account that the token belongs to */
  email?: string | null;
  /** Sentry: the organization's slug */
  organization?: string | null;
  /** GitHub: act as this app */
  app?: { id: string; private_key: string } | null;
  /** is told each token that was made to act as it */
  minted?: (token: string) => void;
  /** custom: what signs our calls, and where they go, by the webhook they are about */
  callback?: { url: string; secret: string } | null;
  timeout_ms?: number;
  /** hosts that may be called although they are not public: for tests, never a default */
  allow_hosts?: string[];
}

/** How a service shows a text: as Markdown, which hides comments, or as it was written. */
export type ShownAs = "markdown" | "plain";

/** How text of ours is made fit to be posted. */
export interface Outgoing {
  /** names this post, so that it is found again: a task id or a reply id */
  marker_id: string;
  /** ways in which we are addressed, none of which may come out alive */
  mentions: string[];
  /** where the whole text is, when it had to be cut */
  more_url: string | null;
}

/** A button below a comment, where the provider has buttons. */
export interface Button {
  action_id: string;
  label: string;
  value: string;
  style: "primary" | "danger" | null;
}

export interface Posted {
  comment_id: string;
  url: string | null;
}

/** A thread that a comment of ours begins, as deliveries from it will name it. */
export interface Begun {
  instance: string | null;
  container_id: string;
  object_id: string;
  external_id: string;
  url: string | null;
}

/** The sending side. Every method throws ProviderError and nothing else. */
export interface Sender {
  /** Posts one comment of at most the provider's length (a part that `prepare` made). */
  comment(target: unknown, body: string, buttons?: Button[]): Promise<Posted>;
  /** Replaces the text of a comment of ours. */
  updateComment(
    target: unknown,
    comment_id: string,
    body: string,
    buttons?: Button[],
  ): Promise<void>;
  /** Id of our comment that carries this marker, or null. `since` bounds the search. */
  findComment(target: unknown, marker_id: string, since: Date | null): Promise<string | null>;
  /** The thread that our comment of this id began there, or null: it stands in one itself. Pure. */
  begins?(target: unknown, comment_id: string): Begun | null;
  /** Adds a reaction, named as GitHub names them (`eyes`, `+1`, …); doing it twice is fine. */
  react?(target: unknown, content: string): Promise<void>;
  /** Adds labels; those that are there already are fine. */
  label?(target: unknown, labels: string[]): Promise<void>;
  /** Ids by which a delivery shows that we did this to that place, as `signs` has them. Pure. */
  noted?(target: unknown, did: "reaction" | "label", names: string[]): string[];
  /** Says something that only the person who asked can see. */
  whisper?(target: unknown, body: string): Promise<void>;
  /** Who we are there: an id, and the name that we are mentioned by. */
  whoAmI?(): Promise<{ id: string; name: string }>;
  /** Ids of the people who belong there fully, for providers whose payloads do not tell. */
  fullMembers?(): Promise<string[]>;
}

/** What may be said to a provider; what is missing is refused when a command is stored. */
export type Ability = "comment" | "reaction" | "label" | "whisper" | "answer" | "buttons";

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
  /** associations that may start and approve work when no list is set */
  trusted_associations: string[];
  abilities: readonly Ability[];
  /** event types that a trigger may name, for suggestions: any other is allowed too */
  event_types: readonly string[];
  /** what is to be done over there, in order */
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
  /** Reads a verified delivery. Never throws. */
  read(headers: Headers, body: Uint8Array): Reading;
  /** Ways to mention us, by the name or id that `whoAmI` or the setting gives. */
  mentions(own_name: string): string[];
  /** How people see what is written there, and what it is written on. Titles are plain. */
  shows: { text: ShownAs; context: ShownAs };
  /** Hides code, quotes and the like, character for character. Gets a normalised text. */
  hide(text: string): string;
  /** Text of ours as the parts that are posted one after the other (pure). */
  prepare(text: string, options: Outgoing): string[];
  /** An answer to the request itself that the person who caused it sees; only with "answer". */
  answer?(text: string): Answer;
  connect(connection: Connection): Sender;
  /** Names of samples, each with the text that it says when none is given. */
  samples: Readonly<Record<string, { text: string }>>;
  /** A new sample delivery, signed; the one that causes nothing is called `self_test`. */
  sample(name: string, secret: string, text: string | undefined, now: Date): Sample;
}
