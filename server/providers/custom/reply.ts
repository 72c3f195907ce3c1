import { createHash } from "node:crypto";
import { z } from "zod";
import { markerOf } from "@/server/providers/markdown_out.ts";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { publicPost, type Transport } from "@/server/providers/public_fetch.ts";
import { signStandard, standardSecretProblem } from "@/server/providers/standard_webhooks.ts";
import { type ReplyTarget, replyTarget } from "./schema.ts";

interface CallbackMessage extends ReplyTarget {
  type: "agent.comment" | "agent.comment.updated";
  comment_id: string;
  body: string;
}

export function connectCustom(connection: Connection, transport: Transport = {}): Sender {
  const tell = (message: CallbackMessage, message_id: string) =>
    post(connection, message, message_id, transport);
  return {
    async comment(target, body) {
      const comment_id = commentId(body);
      const message: CallbackMessage = {
        type: "agent.comment",
        ...readTarget(target),
        comment_id,
        body,
      };
      await tell(message, messageId("comment", comment_id));
      return { comment_id, url: null };
    },
    async updateComment(target, comment_id, body) {
      const type = "agent.comment.updated";
      const message: CallbackMessage = { type, ...readTarget(target), comment_id, body };
      await tell(message, messageId("update", comment_id, body));
    },
    // what was sent is not kept where we could look: a repeat has the id of the first, and the
    // receiver takes it once
    findComment: () => Promise.resolve(null),
  };
}

async function post(
  { callback, allow_hosts, timeout_ms }: Connection,
  ...rest: [CallbackMessage, string, Transport]
) {
  const [message, message_id, transport] = rest;
  if (!callback) {
    throw never("this webhook has no callback_url: set one, and answers are posted there");
  }
  const problem = standardSecretProblem(callback.secret);
  if (problem) throw never(`the secret of this webhook cannot sign its callback: ${problem}`);
  const body = JSON.stringify(message);
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    "content-type": "application/json",
    ...signStandard(message_id, seconds, body, callback.secret),
  };
  await publicPost({ url: callback.url, headers, body, timeout_ms, allow_hosts }, transport);
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
