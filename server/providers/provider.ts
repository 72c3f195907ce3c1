/** What a provider is, both ways: how its deliveries are verified and read, how replies are sent. */

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
  provider_delivery_id: string;
  /** which installation of the service, e.g. `github.com` */
  instance: string | null;
  /** what holds the object: repository, project, team */
  container: { id: string; name: string } | null;
  object: { id: string; kind: string; title: string; url: string | null } | null;
  external_id: string | null;
  /** who made this happen; for text, the one who wrote it */
  actor: Person;
  /** the text that this event created; null when it created none, with the reason */
  text: string | null;
  no_text_reason: string | null;
  /** address of that text, built by us */
  text_url: string | null;
  /** what the text was written on: the issue, the pull request */
  context: OutsideText | null;
  /** id of the app that posted in the author's name */
  via_app_id: string | null;
  /** where an answer goes; only the provider itself looks inside */
  reply_target: Record<string, string | number | boolean | null> | null;
  is_fork: boolean | null;
}

export type Reading =
  | { kind: "event"; event: DeliveryEvent }
  | { kind: "ping"; event: DeliveryEvent }
  | { kind: "unreadable"; reason: string };

/** How to reach the service. */
export interface Connection {
  base_url: string;
  token: string | null;
  timeout_ms?: number;
}

/** How text of ours is made fit to be posted. */
export interface Outgoing {
  /** names this post, so that it is found again: a task id or a reply id */
  marker_id: string;
  /** ways in which we are addressed, none of which may come out alive */
  mentions: string[];
  /** where the whole text is, when it had to be cut */
  more_url: string | null;
}

/** The sending side. Every method throws ProviderError and nothing else. */
export interface Sender {
  /** Posts a comment; returns its id there and its address. */
  comment(target: unknown, body: string): Promise<{ comment_id: string; url: string | null }>;
  /** Replaces the text of a comment of ours. */
  updateComment(target: unknown, comment_id: string, body: string): Promise<void>;
  /** Id of our comment that carries this marker, or null. `since` bounds the search. */
  findComment(target: unknown, marker_id: string, since: Date | null): Promise<string | null>;
  /** Adds a reaction such as `eyes` to what was written; doing it twice is fine. */
  react(target: unknown, content: string): Promise<void>;
  /** Who we are there. */
  whoAmI(): Promise<{ id: string; name: string }>;
}

export interface Provider {
  name: string;
  /** the setting that holds the secret of the built-in door */
  secret_setting: string;
  /** the setting that names who may start work */
  trusted_setting: string;
  /** the setting that names who we are there */
  login_setting: string;
  /** associations that may start and approve work when no list is set */
  trusted_associations: string[];
  /** Checks the raw bytes against each secret, in constant time. Never throws. */
  verify(
    request: { headers: Headers; body: Uint8Array },
    secrets: string[],
    now: Date,
  ): Verdict;
  /** What the headers claim of an unverified delivery, for the record of refused ones. */
  claims(headers: Headers): { event_type: string | null; provider_delivery_id: string | null };
  /** Reads a verified delivery. Never throws. */
  read(headers: Headers, body: Uint8Array): Reading;
  /** Is this text a post of ours? */
  isOwnText(text: string): boolean;
  /** Makes text of ours fit to be posted (pure). */
  prepare(text: string, options: Outgoing): string;
  connect(connection: Connection): Sender;
}

/** A reply that did not go out, and whether trying again makes sense. */
export class ProviderError extends Error {
  readonly permanent: boolean;
  readonly retry_after_seconds: number | null;
  readonly status: number | null;

  constructor(
    message: string,
    how: { permanent: boolean; retry_after_seconds?: number | null; status?: number | null },
  ) {
    super(message);
    this.name = "ProviderError";
    this.permanent = how.permanent;
    this.retry_after_seconds = how.retry_after_seconds ?? null;
    this.status = how.status ?? null;
  }
}
