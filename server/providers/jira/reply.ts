import { z } from "zod";
import { openPart } from "@/server/providers/markdown_out.ts";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { call, isCloud } from "./call.ts";
import { documentOf, plainDocumentOf } from "./document.ts";
import { type ReplyTarget, replyTarget } from "./schema.ts";
import { wikiOf } from "./wiki.ts";

const MARKER_PROPERTY = "agent.reply";
const MAX_WIKI = 32_767;
/** In JSON: thousands of table rows make a megabyte of 30,000 characters. */
const MAX_DOCUMENT = 250_000;
const PAGE = 100;
const MAX_PAGES = 50;
const CLOCK_SLACK_MS = 10 * 60_000;

const text = z.string().nullish();
const account = z.object({ accountId: text, key: text, name: text });
const made = z.object({ id: z.string().regex(/^\d{1,20}$/) });
const page = z.object({
  comments: z.array(z.object({
    id: z.string(),
    created: text,
    author: account.nullish(),
    properties: z.array(z.object({ key: z.string(), value: z.unknown().optional() })).nullish(),
  })),
});

export function connectJira(connection: Connection): Sender {
  const whoAmI = async () => await readMyself(connection);
  return {
    whoAmI,
    async comment(target, body) {
      const place = readTarget(target, connection);
      const { marker, markdown } = openPart(body);
      const properties = [
        ...(marker ? [{ key: MARKER_PROPERTY, value: { marker } }] : []),
        ...(place.internal ? [{ key: "sd.public.comment", value: { internal: true } }] : []),
      ];
      const path = `/issue/${place.issue_id}/comment`;
      const { id } = await write(connection, "POST", path, markdown, {
        ...visibility(place),
        ...(properties.length > 0 ? { properties } : {}),
      });
      return { comment_id: id, url: addressOf(connection, place, id) };
    },
    async updateComment(target, comment_id, body) {
      const place = readTarget(target, connection);
      const path = `/issue/${place.issue_id}/comment/${checkedId(comment_id)}`;
      await write(connection, "PUT", path, openPart(body).markdown, visibility(place));
    },
    async findComment(target, marker_id, since) {
      const place = readTarget(target, connection);
      return await search(connection, place, marker_id, (await whoAmI()).id, since);
    },
  };
}

async function write(
  connection: Connection,
  method: string,
  path: string,
  markdown: string,
  rest: object,
): Promise<z.infer<typeof made>> {
  const body = bodyOf(connection, markdown);
  try {
    return await call(connection, method, path, made, { body, ...rest });
  } catch (error) {
    if (!isCloud(connection) || !isTooLong(error)) throw error;
    return await call(connection, method, path, made, { body: plainDocumentOf(markdown), ...rest });
  }
}

function bodyOf(connection: Connection, markdown: string): unknown {
  const document = documentOf(markdown);
  if (isCloud(connection)) {
    return JSON.stringify(document).length <= MAX_DOCUMENT ? document : plainDocumentOf(markdown);
  }
  const wiki = wikiOf(document);
  return wiki.length <= MAX_WIKI ? wiki : wikiOf(plainDocumentOf(markdown));
}

const isTooLong = (error: unknown): boolean =>
  error instanceof ProviderError && error.status === 400 &&
  /too long|limit|exceed/i.test(error.message);

// an update without it would show the comment to everybody
const visibility = ({ visibility_type: type, visibility_value: value }: ReplyTarget) =>
  type && value ? { visibility: { type, value } } : {};

function addressOf({ base_url }: Connection, { issue_key }: ReplyTarget, id: string) {
  const is_gateway = URL.parse(base_url)?.host === "api.atlassian.com";
  if (!issue_key || is_gateway) return null;
  return `${base_url.replace(/\/+$/, "")}/browse/${issue_key}?focusedCommentId=${id}`;
}

async function readMyself(connection: Connection): Promise<{ id: string; name: string }> {
  const { accountId, key, name } = await call(connection, "GET", "/myself", account);
  const id = accountId ?? key ?? name;
  if (id) return { id, name: name ?? id };
  throw new ProviderError("Jira GET /myself: an account without accountId, key and name", {
    permanent: false,
  });
}

/** Newest first. Others may set our property on comments of their own, so the author counts too. */
async function search(
  connection: Connection,
  { issue_id }: ReplyTarget,
  marker_id: string,
  own_id: string,
  since: Date | null,
): Promise<string | null> {
  for (let at = 0; at < MAX_PAGES * PAGE; at += PAGE) {
    const query = `?startAt=${at}&maxResults=${PAGE}&orderBy=-created&expand=properties`;
    const { comments } = await call(connection, "GET", `/issue/${issue_id}/comment${query}`, page);
    const found = comments.find(({ author, properties }) =>
      (author?.accountId ?? author?.key ?? author?.name) === own_id &&
      properties?.some(({ key, value }) => key === MARKER_PROPERTY && carries(value, marker_id))
    );
    if (found) return found.id;
    if (comments.length < PAGE || isOlder(comments, since)) return null;
  }
  return null;
}

function carries(value: unknown, marker_id: string): boolean {
  const read = z.object({ marker: z.string() }).safeParse(value);
  return read.success && read.data.marker === marker_id;
}

function isOlder(comments: z.infer<typeof page>["comments"], since: Date | null): boolean {
  const [first, last] = [comments[0], comments.at(-1)].map((one) => Date.parse(one?.created ?? ""));
  return since !== null && first > last && last < since.getTime() - CLOCK_SLACK_MS;
}

function readTarget(target: unknown, { base_url }: Connection): ReplyTarget {
  const read = replyTarget.safeParse(target);
  if (!read.success) throw permanent(`not a place in Jira: ${z.prettifyError(read.error)}`);
  const { site } = read.data;
  const ours = URL.parse(base_url)?.host ?? "";
  // issue ids are counted per site: on another one the answer would hit a stranger's issue
  if (isCloudSite(site) && isCloudSite(ours) && site !== ours) {
    throw permanent(`the delivery came from ${site}, but JIRA_URL is ${ours}`);
  }
  return read.data;
}

const isCloudSite = (host: string | null): boolean => host?.endsWith(".atlassian.net") ?? false;

function checkedId(comment_id: string): string {
  if (/^\d{1,20}$/.test(comment_id)) return comment_id;
  throw permanent(`not the id of a Jira comment: ${comment_id.slice(0, 50)}`);
}

const permanent = (message: string) => new ProviderError(message, { permanent: true });
