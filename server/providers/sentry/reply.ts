import { z } from "zod";
import { marker } from "@/server/providers/markdown_out.ts";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { call } from "./call.ts";
import { replyTarget, slug } from "./schema.ts";

const MAX_PAGES = 20;
const CLOCK_SLACK_MS = 10 * 60_000;

const comment_id = z.union([z.string().regex(/^\d{1,20}$/), z.int().nonnegative()])
  .transform(String);
const made = z.object({ id: comment_id });
const comments = z.array(z.object({
  id: comment_id,
  dateCreated: z.string().nullish(),
  data: z.object({ text: z.string().nullish() }).nullish(),
}));
type Comments = z.infer<typeof comments>;
const anything = z.unknown();

export function connectSentry(connection: Connection): Sender {
  return {
    async comment(target, body) {
      const path = commentsPath(target, connection);
      try {
        const { data } = await call(connection, "POST", path, made, { text: body });
        return { comment_id: data.id, url: null };
      } catch (error) {
        const there = wasPosted(error)
          ? await search(connection, path, (text) => text === body, null)
          : null;
        if (there === null) throw error;
        return { comment_id: there, url: null };
      }
    },
    async updateComment(target, id, body) {
      const path = `${commentsPath(target, connection)}${checkedId(id)}/`;
      await call(connection, "PUT", path, anything, { text: body });
    },
    async findComment(target, marker_id, since) {
      const path = commentsPath(target, connection);
      // whoever quotes us has something before the marker
      const begins = `${marker(marker_id)}\n`;
      return await search(connection, path, (text) => text.startsWith(begins), since);
    },
  };
}

/** Sentry refuses the same words within an hour: then an earlier try has arrived. */
const wasPosted = (error: unknown): boolean =>
  error instanceof ProviderError && error.status === 400 && /already posted/i.test(error.message);

async function search(
  connection: Connection,
  path: string,
  fits: (text: string) => boolean,
  since: Date | null,
): Promise<string | null> {
  let query = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const { data, next } = await call(connection, "GET", path + query, comments);
    const found = data.find((one) => fits(one.data?.text ?? ""));
    if (found) return found.id;
    if (next === null || isOlder(data, since)) return null;
    query = `?cursor=${encodeURIComponent(next)}`;
  }
  return null;
}

function isOlder(page: Comments, since: Date | null): boolean {
  const last = Date.parse(page.at(-1)?.dateCreated ?? "");
  return since !== null && last < since.getTime() - CLOCK_SLACK_MS;
}

function commentsPath(target: unknown, connection: Connection): string {
  const read = replyTarget.safeParse(target);
  if (!read.success) throw permanent(`not an issue in Sentry: ${z.prettifyError(read.error)}`);
  const { issue_id, organization } = read.data;
  const org = organization ?? connection.organization;
  if (!org) throw permanent("the delivery names no organization: set SENTRY_ORG to its slug");
  if (!slug.safeParse(org).success) throw permanent(`SENTRY_ORG is no slug: ${org.slice(0, 50)}`);
  return `/api/0/organizations/${org}/issues/${issue_id}/comments/`;
}

function checkedId(id: string): string {
  if (/^\d{1,20}$/.test(id)) return id;
  throw permanent(`not the id of a Sentry comment: ${id.slice(0, 50)}`);
}

const permanent = (message: string) => new ProviderError(message, { permanent: true });
