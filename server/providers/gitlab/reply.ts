import { z } from "zod";
import { marker } from "@/server/providers/markdown_out.ts";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { call } from "./call.ts";
import { findNote } from "./find.ts";
import { notePath, pageOf, placePath } from "./paths.ts";
import { type ReplyTarget, replyTarget } from "./schema.ts";
import { labelIds, reactionId } from "./signs.ts";

const me = z.object({ id: z.int(), username: z.string() });
const note = z.object({ id: z.int() });
const discussion = z.object({ id: z.string(), notes: z.array(note).min(1) });
const anything = z.unknown();

const EMOJI: Record<string, string> = {
  "+1": "thumbsup",
  "-1": "thumbsdown",
  laugh: "laughing",
  hooray: "tada",
};

export function connectGitlab(connection: Connection): Sender {
  const whoAmI = async () => {
    const { id, username } = await call(connection, "GET", "/user", me);
    return { id: String(id), name: username };
  };
  return {
    whoAmI,
    async comment(target, body) {
      const to = readTarget(target);
      const id = await post(connection, to, body);
      return { comment_id: id, url: pageOf(connection, to, id) };
    },
    async updateComment(target, comment_id, body) {
      await call(connection, "PUT", notePath(readTarget(target), comment_id), anything, { body });
    },
    findComment: (target, marker_id, since) =>
      findNote(connection, readTarget(target), { marker: marker(marker_id), since, whoAmI }),
    async react(target, content) {
      await award(connection, readTarget(target), content);
    },
    async label(target, labels) {
      const to = readTarget(target);
      if (to.kind !== "issue" && to.kind !== "merge_request") {
        throw never(`GitLab has no labels on a ${to.kind}`);
      }
      const odd = labels.find((label) => label.includes(","));
      if (odd) throw never(`GitLab takes no label with a comma: "${odd}"`);
      await call(connection, "PUT", placePath(to), anything, { add_labels: labels.join(",") });
    },
    noted(target, did, names) {
      const to = readTarget(target);
      return did === "label" ? labelIds(to, names) : [reactionId(to)];
    },
  };
}

/** Posts and returns the id; one of a commit names its discussion too, without which it is lost. */
async function post(connection: Connection, to: ReplyTarget, body: string): Promise<string> {
  const place = placePath(to);
  if (to.discussion_id) {
    const path = `${place}/discussions/${to.discussion_id}/notes`;
    const { id } = await call(connection, "POST", path, note, { body });
    return to.kind === "commit" ? `${to.discussion_id}/${id}` : String(id);
  }
  if (to.kind === "commit") {
    const made = await call(connection, "POST", `${place}/discussions`, discussion, { body });
    return `${made.id}/${made.notes[0].id}`;
  }
  const words = to.internal ? { body, internal: true } : { body };
  const { id } = await call(connection, "POST", `${place}/notes`, note, words);
  return String(id);
}

async function award(connection: Connection, to: ReplyTarget, content: string): Promise<void> {
  if (to.kind === "commit") throw never("GitLab takes no reactions to notes on commits over REST");
  const on = placePath(to) + (to.note_id ? `/notes/${to.note_id}` : "");
  const name = Object.hasOwn(EMOJI, content) ? EMOJI[content] : content;
  try {
    await call(connection, "POST", `${on}/award_emoji`, anything, { name });
  } catch (error) {
    // said with 404, as for things that are not there
    if (error instanceof ProviderError && /already been taken/.test(error.message)) return;
    throw error;
  }
}

function readTarget(target: unknown): ReplyTarget {
  const read = replyTarget.safeParse(target);
  if (read.success) return read.data;
  throw never(`not a place on GitLab: ${z.prettifyError(read.error)}`);
}

const never = (message: string) => new ProviderError(message, { permanent: true });
