import type { Signs } from "./signs.ts";

export interface Person {
  id: string | null;
  name: string | null;
  /** how they stand to the place they wrote in, in the provider's own words */
  association: string | null;
  is_bot: boolean;
}

export interface OutsideText {
  title: string;
  body: string;
  author: Person;
}

/** What happened, beside words, to something that work may be about. */
export interface FlowNews {
  kind: "merged" | "closed" | "reopened" | "pushed" | "text_edited" | "checks";
  /** of the pull request or issue; null: the event names none */
  number: number | null;
  commit: string | null;
  branch: string | null;
  /** `text_edited`: `title` and `description`; `checks`: the `conclusion` */
  data: Record<string, unknown>;
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
  /** a button of ours below a plan, with what it is bound to: the text says yes or no */
  press?: { approval_id: string; plan_hash: string } | null;
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
  /** null: nothing that a flow's work may wait for */
  news?: FlowNews | null;
}

export interface Answer {
  content_type: string;
  body: string;
}

export type Reading =
  | {
    kind: "event";
    event: DeliveryEvent;
    payload: unknown;
    answer?: Answer;
    /** the sender shows the answer of this request to the person who caused it */
    shows_answer?: boolean;
  }
  | { kind: "ping"; event: DeliveryEvent; payload: unknown; answer?: Answer }
  | { kind: "unreadable"; reason: string };
