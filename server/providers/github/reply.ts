import { z } from "zod";
import { marker } from "@/server/providers/markdown_out.ts";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { accessAsApp, accessByToken, acting } from "./access.ts";
import { type Access, call } from "./call.ts";
import { findOwn, type Wanted } from "./find.ts";
import { type ReplyTarget, replyTarget } from "./schema.ts";
import { IN_REVIEW, labelIds } from "./signs.ts";

const me = z.object({ id: z.int(), login: z.string() });
const ourApp = z.object({ id: z.int(), slug: z.string() });
const comment = z.object({ id: z.int(), html_url: z.string().nullish() });
const anything = z.unknown();

export function connectGithub(connection: Connection): Sender {
  const at = async <T>(
    target: unknown,
    use: (access: Access, place: ReplyTarget) => Promise<T>,
  ): Promise<T> => {
    const place = readTarget(target);
    return await acting(connection, place, (access) => use(access, place));
  };
  return {
    whoAmI: () => whoAmI(connection),
    comment: (target, body) =>
      at(
        target,
        async (access, place) =>
          await replyInThread(access, place, body) ?? await post(access, place, body),
      ),
    updateComment: (target, comment_id, body) =>
      at(target, async (access, place) => {
        await call(access, "PATCH", commentPath(place, comment_id), anything, { body });
      }),
    findComment: (target, marker_id, since) =>
      at(target, async (access, place) => {
        const own = await identity(connection);
        return await find(access, place, { text: marker(marker_id), own, since });
      }),
    react: (target, content) =>
      at(target, async (access, place) => {
        await call(access, "POST", reactionPath(place), anything, { content });
      }),
    label: (target, labels) =>
      at(target, async (access, place) => {
        const path = `/repos/${place.repository}/issues/${place.number}/labels`;
        await call(access, "POST", path, anything, { labels });
      }),
    // of reactions GitHub tells nobody
    noted: (target, did, names) => did === "label" ? labelIds(readTarget(target), names) : [],
  };
}

async function find(access: Access, place: ReplyTarget, wanted: Wanted): Promise<string | null> {
  const in_review = `/repos/${place.repository}/pulls/${place.number}/comments`;
  const reply = inThread(place) ? await findOwn(access, in_review, wanted) : null;
  return reply ? IN_REVIEW + reply : await findOwn(access, commentsPath(place), wanted);
}

const inThread = (place: ReplyTarget): boolean =>
  place.on === "review_comment" && place.thread_comment_id !== null;

const commentsPath = ({ repository, number }: ReplyTarget): string =>
  `/repos/${repository}/issues/${number}/comments`;

function commentPath({ repository }: ReplyTarget, comment_id: string): string {
  const in_review = comment_id.startsWith(IN_REVIEW);
  const id = Number(in_review ? comment_id.slice(IN_REVIEW.length) : comment_id);
  return `/repos/${repository}/${in_review ? "pulls" : "issues"}/comments/${id}`;
}

async function post(access: Access, place: ReplyTarget, body: string) {
  const made = await call(access, "POST", commentsPath(place), comment, { body });
  return { comment_id: String(made.id), url: made.html_url ?? null };
}

async function replyInThread(access: Access, place: ReplyTarget, body: string) {
  if (!inThread(place)) return null;
  const { repository, number, thread_comment_id } = place;
  const path = `/repos/${repository}/pulls/${number}/comments/${thread_comment_id}/replies`;
  try {
    const made = await call(access, "POST", path, comment, { body });
    return { comment_id: IN_REVIEW + made.id, url: made.html_url ?? null };
  } catch (error) {
    if (error instanceof ProviderError && error.status === 404) return null;
    throw error;
  }
}

async function whoAmI(connection: Connection): Promise<{ id: string; name: string }> {
  if (connection.app) {
    const access = await accessAsApp(connection, connection.app);
    const { id, slug } = await call(access, "GET", "/app", ourApp);
    return { id: String(id), name: `${slug}[bot]` };
  }
  const { id, login } = await call(accessByToken(connection), "GET", "/user", me);
  return { id: String(id), name: login };
}

/** By what our comments are known: an app's by the name of its bot, as its id is another one. */
async function identity(connection: Connection): Promise<{ id?: string; login?: string } | null> {
  try {
    const { id, name } = await whoAmI(connection);
    return connection.app ? { login: name } : { id };
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
