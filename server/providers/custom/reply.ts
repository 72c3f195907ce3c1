import { createHash } from "node:crypto";
import { z } from "zod";
import { markerOf } from "@/server/providers/markdown_out.ts";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { publicPost, type Ways } from "@/server/providers/public_fetch.ts";
import { signStandard, standardSecretProblem } from "@/server/providers/standard_webhooks.ts";
import { type ReplyTarget, replyTarget } from "./schema.ts";

/** What is posted to the webhook's callback URL, signed by Standard Webhooks. */
interface Told extends ReplyTarget {
  type: "agent.comment" | "agent.comment.updated";
  /** the same in the update of a comment */
  comment_id: string;
  body: string;
}

/** The sending side: the callback of one webhook. */
export function connectCustom(connection: Connection, ways: Ways = {}): Sender {
  const tell = (told: Told, message_id: string) => post(connection, told, message_id, ways);
  return {
    async comment(target, body) {
      const comment_id = commentId(body);
      const told: Told = { type: "agent.comment", ...readTarget(target), comment_id, body };
      await tell(told, messageId("comment", comment_id));
      return { comment_id, url: null };
    },
    async updateComment(target, comment_id, body) {
      const type = "agent.comment.updated";
      const told: Told = { type, ...readTarget(target), comment_id, body };
      await tell(told, messageId("update", comment_id, body));
    },
    // what was sent is not kept where we could look: a repeat has the id of the first, and the
    // receiver takes it once
    findComment: () => Promise.resolve(null),
  };
}

async function post(
  { callback, allow_hosts, timeout_ms }: Connection,
  ...rest: [Told, string, Ways]
) {
  const [told, message_id, ways] = rest;
  if (!callback) {
    throw never("this webhook has no callback_url: set one, and answers are posted there");
  }
  const problem = standardSecretProblem(callback.secret);
  if (problem) throw never(`the secret of this webhook cannot sign its callback: ${problem}`);
  const body = JSON.stringify(told);
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    "content-type": "application/json",
    ...signStandard(message_id, seconds, body, callback.secret),
  };
  await publicPost({ url: callback.url, headers, body, timeout_ms, allow_hosts }, ways);
}

/** A comment is named by the marker that it begins with, so by what it answers. */
const commentId = (body: string): string => markerOf(body) ?? hash(body);

/** The same for the same message, and for no other: the receiver tells repeats by it. */
const messageId = (...parts: string[]): string => `agent_${hash(JSON.stringify(parts))}`;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

function readTarget(target: unknown): ReplyTarget {
  const read = replyTarget.safeParse(target);
  if (read.success) return read.data;
  throw never(`not a place of a custom webhook: ${z.prettifyError(read.error)}`);
}

const never = (message: string) => new ProviderError(message, { permanent: true });
