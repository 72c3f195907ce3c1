import { z } from "zod";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { call } from "./call.ts";
import { marker } from "@/server/providers/markdown_out.ts";
import { type ReplyTarget, replyTarget } from "./schema.ts";

const PAGE = 100;
const MAX_PAGES = 20;
/** How much our clock may be ahead of GitHub's before a comment of ours is overlooked. */
const CLOCK_SLACK_MS = 10 * 60_000;

const me = z.object({ id: z.int(), login: z.string() });
const comment = z.object({ id: z.int(), html_url: z.string().nullish() });
const comments = z.array(z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ id: z.int() }).nullish(),
}));
const anything = z.unknown();

/** The sending side for one token. */
export function connectGithub(connection: Connection): Sender {
  const whoAmI = async () => {
    const { id, login } = await call(connection, "GET", "/user", me);
    return { id: String(id), name: login };
  };
  return {
    whoAmI,
    async comment(target, body) {
      const { repository, number } = readTarget(target);
      const path = `/repos/${repository}/issues/${number}/comments`;
      const made = await call(connection, "POST", path, comment, { body });
      return { comment_id: String(made.id), url: made.html_url ?? null };
    },
    async updateComment(target, comment_id, body) {
      const { repository } = readTarget(target);
      const path = `/repos/${repository}/issues/comments/${Number(comment_id)}`;
      await call(connection, "PATCH", path, anything, { body });
    },
    async findComment(target, marker_id, since) {
      const own = await ownId(whoAmI);
      return await search(connection, readTarget(target), marker(marker_id), own, since);
    },
    async react(target, content) {
      await call(connection, "POST", reactionPath(readTarget(target)), anything, { content });
    },
  };
}

/** Oldest first, as GitHub lists them. A stranger may copy our marker, so the author counts too. */
async function search(
  connection: Connection,
  { repository, number }: ReplyTarget,
  wanted: string,
  own: string | null,
  since: Date | null,
): Promise<string | null> {
  const from = since ? `&since=${new Date(since.getTime() - CLOCK_SLACK_MS).toISOString()}` : "";
  for (let page = 1; page <= MAX_PAGES; page++) {
    const path = `/repos/${repository}/issues/${number}/comments`;
    const query = `?per_page=${PAGE}&page=${page}${from}`;
    const list = await call(connection, "GET", path + query, comments);
    const found = list.find(({ body, user }) =>
      body?.includes(wanted) && (own === null || String(user?.id) === own)
    );
    if (found) return String(found.id);
    if (list.length < PAGE) return null;
  }
  return null;
}

/** Null where the token has no user of its own: an app's token is refused at `/user` with 403. */
async function ownId(whoAmI: NonNullable<Sender["whoAmI"]>): Promise<string | null> {
  try {
    return (await whoAmI()).id;
  } catch (error) {
    if (error instanceof ProviderError && error.status === 403 && error.permanent) return null;
    throw error;
  }
}

// a review's summary takes no reaction over REST, so the pull request gets it
function reactionPath({ repository, number, on, comment_id }: ReplyTarget): string {
  if (on === "issue_comment") return `/repos/${repository}/issues/comments/${comment_id}/reactions`;
  if (on === "review_comment") return `/repos/${repository}/pulls/comments/${comment_id}/reactions`;
  return `/repos/${repository}/issues/${number}/reactions`;
}

function readTarget(target: unknown): ReplyTarget {
  const read = replyTarget.safeParse(target);
  if (read.success) return read.data;
  throw new ProviderError(`not a place on GitHub: ${z.prettifyError(read.error)}`, {
    permanent: true,
  });
}
