import { firstProblem, parsePayload, readingOf, unreadable } from "@/server/providers/payload.ts";
import type { DeliveryEvent, Person, Reading } from "@/server/providers/provider.ts";
import { type Created, readCreated } from "./created.ts";
import { readNews } from "./news.ts";
import { eventKey } from "./keys.ts";
import { type AnyEvent, anyEvent, type User } from "./schema.ts";
import { signsOf, signsOfText } from "./signs.ts";
import { type Thing, thingOf } from "./things.ts";
import { pullOf, readTouched } from "./touched.ts";

const EVENT_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const DELIVERY_ID = /^[\w-]{1,100}$/;
const MAX_TITLE = 300;

export function readGithub(headers: Headers, body: Uint8Array): Reading {
  const name = headers.get("x-github-event") ?? "";
  const delivery_id = headers.get("x-github-delivery") ?? "";
  if (!EVENT_NAME.test(name)) return unreadable("the header X-GitHub-Event is missing or odd");
  if (!DELIVERY_ID.test(delivery_id)) {
    return unreadable("the header X-GitHub-Delivery is missing or odd");
  }
  return readingOf(() => {
    const payload = parsePayload(headers.get("content-type"), body);
    const event = readEvent(name, delivery_id, payload);
    return { kind: name === "ping" ? "ping" : "event", event, payload };
  }, (error) => `${name}: ${firstProblem(error)}`);
}

function readEvent(name: string, provider_delivery_id: string, payload: unknown): DeliveryEvent {
  const any = withIssue(anyEvent.parse(payload));
  const event_type = any.action ? `${name}.${any.action}` : name;
  const created = readCreated(event_type, payload);
  const home = homeOf(any);
  const object = objectOf(name, any, payload);
  const container = containerOf(any) ?? (object ? EVERYWHERE : null);
  const base = any.repository && home ? `https://${home}/${any.repository.full_name}` : null;
  return {
    event_type,
    provider_delivery_id,
    // GitHub keeps the id when it delivers again
    dedupe_id: provider_delivery_id,
    // most deliveries are named by their text: this one is worked out when it is asked for
    get event_key() {
      return eventKey(name, event_type, payload);
    },
    instance: home,
    container,
    object: object && {
      id: object.id,
      kind: object.kind,
      title: object.title.slice(0, MAX_TITLE),
      url: base && object.path && base + object.path,
    },
    external_id: container && object && `${container.id}${object.id}`,
    addressed: false,
    ...(created
      ? textOf(event_type, created, any.sender, payload)
      : touchedOf(name, event_type, any, payload)),
    text_url: created && base ? base + created.path : null,
    news: readNews(event_type, payload),
  };
}

type TextFields = Pick<
  DeliveryEvent,
  | "actor"
  | "text"
  | "text_key"
  | "no_text_reason"
  | "context"
  | "via_app_id"
  | "signs"
  | "reply_target"
  | "is_fork"
>;

function textOf(
  event_type: string,
  created: Created,
  sender: User,
  payload: unknown,
): TextFields {
  // a transferred issue is "opened" by whoever moved it, with the words of somebody else
  const moved = Boolean(sender && created.author && sender.id !== created.author.id);
  return {
    actor: moved ? person(sender, null) : person(created.author, created.association),
    text: moved ? null : created.text,
    text_key: moved ? null : created.text_key,
    no_text_reason: moved ? "the text was written by somebody other than the sender" : null,
    context: contextOf(created.about),
    via_app_id: created.via_app_id === null ? null : String(created.via_app_id),
    signs: moved ? null : signsOfText(event_type, created, payload),
    reply_target: created.target,
    is_fork: created.is_fork,
  };
}

function touchedOf(
  name: string,
  event_type: string,
  any: AnyEvent,
  payload: unknown,
): TextFields {
  const { about, target, association, is_fork } = readTouched(name, any);
  return {
    actor: person(any.sender, association),
    text: null,
    text_key: null,
    no_text_reason: `${event_type} creates no text that commands are read from`,
    context: about && contextOf(about),
    via_app_id: null,
    signs: signsOf(event_type, payload, target),
    reply_target: target,
    is_fork,
  };
}

const contextOf = ({ title, body, author, association }: Created["about"]) => ({
  title,
  body,
  author: person(author, association),
});

function withIssue(any: AnyEvent): AnyEvent {
  const { action, issue, parent_issue, sub_issue } = any;
  const own = action?.startsWith("sub_issue") ? parent_issue : sub_issue;
  return issue || !own ? any : { ...any, issue: { ...own, title: own.title ?? `#${own.number}` } };
}

/** Things of no repository, organization or installation, such as advisories. */
const EVERYWHERE = { id: "github", name: "GitHub" };

function containerOf({ repository, organization, installation }: AnyEvent) {
  if (repository) return { id: String(repository.id), name: repository.full_name };
  if (organization) return { id: `org:${organization.id}`, name: organization.login };
  if (!installation) return null;
  return { id: `installation:${installation.id}`, name: `installation ${installation.id}` };
}

function homeOf({ repository, sender }: AnyEvent): string | null {
  if (repository) return hostOf(repository.html_url);
  return URL.parse(sender?.html_url ?? "")?.host || null;
}

/** Issues, pull requests and discussions share one number space, so they share the form `#7`. */
function objectOf(name: string, any: AnyEvent, payload: unknown): Thing | null {
  const { issue, pull_request, discussion } = any;
  if (issue?.pull_request) return numbered("pull_request", issue, `/pull/${issue.number}`);
  if (issue) return numbered("issue", issue, `/issues/${issue.number}`);
  if (pull_request) return numbered("pull_request", pull_request, `/pull/${pull_request.number}`);
  if (discussion) return numbered("discussion", discussion, `/discussions/${discussion.number}`);
  const run = any.check_run ?? any.check_suite ?? any.workflow_run;
  const pull = pullOf(any);
  if (pull) return numbered("pull_request", pull, `/pull/${pull.number}`);
  const thing = thingOf(name, payload);
  if (thing) return thing;
  const sha = run?.head_sha ?? any.workflow_job?.head_sha ?? any.sha;
  if (sha) return { id: `@${sha}`, kind: "commit", title: sha, path: null };
  if (any.ref) return { id: `:${any.ref}`, kind: "ref", title: any.ref, path: null };
  return null;
}

function numbered(
  kind: string,
  { number, title }: { number: number; title?: string | null },
  path: string,
) {
  return { id: `#${number}`, kind, title: title ?? `#${number}`, path };
}

function person(user: User, association: string | null): Person {
  if (!user) return { id: null, name: null, association, is_bot: false };
  return {
    id: String(user.id),
    name: user.login,
    association,
    is_bot: user.type === "Bot" || user.login.endsWith("[bot]"),
  };
}

function hostOf(html_url: string | null | undefined): string {
  return URL.parse(html_url ?? "")?.host || "github.com";
}
