/** The value of one of our variables as text, or null when it is not set. */
export type Setting = (name: string) => string | null;

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
  /** custom: signs calls for webhooks whose own secret cannot */
  callback_secret?: string | null;
  timeout_ms?: number;
  /** hosts that may be called although they are not public: for tests, never a default */
  allow_hosts?: string[];
}

export interface Outgoing {
  /** names this post, so that it is found again: a task id or a reply id */
  marker_id: string;
  /** ways in which we are addressed, none of which may come out alive */
  mentions: string[];
  more_url: string | null;
}

export interface Button {
  action_id: string;
  label: string;
  value: string;
  style: "primary" | "danger" | null;
}

/** A message of several parts, as `db/nouns/card.ts` has it. */
export interface Card {
  title: string;
  /** Whom it is for: a person's id there. */
  to: string | null;
  lines: string[];
  decided: { what: string; by: string; via: string; note: string } | null;
  /** Markdown; all else is shown letter for letter. */
  answer: string | null;
  sections: { title: string; lines: string[] }[];
  facts: string[];
  links: { label: string; url: string }[];
  /** Where all of it can be read. */
  page: { label: string; url: string } | null;
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

export interface Sender {
  /** Posts one comment of at most the provider's length (a part that `prepare` made). A card is
   * shown in its place; only with the ability "card". */
  comment(
    target: unknown,
    body: string,
    buttons?: Button[],
    card?: Card | null,
  ): Promise<Posted>;
  updateComment(
    target: unknown,
    comment_id: string,
    body: string,
    buttons?: Button[],
    card?: Card | null,
  ): Promise<void>;
  /** The place with what only the service knows of it, asked before the first post there. */
  settled?(target: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Id of our comment that carries this marker, or null. `since` bounds the search. */
  findComment(target: unknown, marker_id: string, since: Date | null): Promise<string | null>;
  /** The thread that our comment of this id began there, or null: it stands in one itself. Pure. */
  begins?(target: unknown, comment_id: string): Begun | null;
  /** Adds a reaction, named as GitHub names them (`eyes`, `+1`, …); doing it twice is fine. */
  react?(target: unknown, content: string): Promise<void>;
  label?(target: unknown, labels: string[]): Promise<void>;
  /** Ids by which a delivery shows that we did this to that place, as `signs` has them. Pure. */
  noted?(target: unknown, did: "reaction" | "label", names: string[]): string[];
  whisper?(target: unknown, body: string): Promise<void>;
  /** Who we are there: an id, and the name that we are mentioned by. */
  whoAmI?(): Promise<{ id: string; name: string }>;
  /** Ids of the people who belong there fully, for providers whose payloads do not tell. */
  fullMembers?(): Promise<string[]>;
}

/** At most `burst` at once, then one every `interval_seconds`, by all who share the key. */
export interface Pace {
  key: string;
  interval_seconds: number;
  burst: number;
}

/** What a token for git has to allow: files of GitHub's workflows are guarded on their own. */
export type Wants = "read" | "push" | "push_workflows";

export interface Repositories {
  /** most parts of a repository's path; at GitLab groups may hold groups */
  depth: number;
  /** where it keeps what is proposed: `pull` of `refs/pull/7/head` */
  changes: string;
  login: string;
  /** What git shows to reach this repository; without this the connection's token. Throws
   * ProviderError. */
  token?(connection: Connection, repository: string, wants?: Wants): Promise<string | null>;
  /** Whether a push that changes this file has to ask for "push_workflows". */
  isWorkflow?(path: string): boolean;
}
