import { z } from "zod";
import { openPart } from "@/server/providers/markdown_out.ts";
import {
  type Connection,
  type Posted,
  ProviderError,
  type Sender,
} from "@/server/providers/provider.ts";
import { ask } from "./call.ts";
import { idOf, reactionId } from "./outgoing.ts";
import { handleOf } from "./person.ts";
import { id, type ReplyTarget, replyTarget } from "./schema.ts";

const CREATE = `mutation commentCreate($input: CommentCreateInput!) {
  commentCreate(input: $input) { success comment { id url } }
}`;
const UPDATE = `mutation commentUpdate($id: String!, $input: CommentUpdateInput!) {
  commentUpdate(id: $id, input: $input) { success }
}`;
const FIND = `query findComment($issue: String!, $id: ID!) {
  viewer { id }
  issue(id: $issue) { comments(filter: { id: { eq: $id } }) { nodes { id user { id } } } }
}`;
const VIEWER = `query viewer { viewer { id url } }`;
const REACT = `mutation reactionCreate($input: ReactionCreateInput!) {
  reactionCreate(input: $input) { success }
}`;
const REACTIONS_TO_COMMENT = `query reactions($id: String!) {
  on: comment(id: $id) { reactions { id } }
}`;
const REACTIONS_TO_ISSUE = `query reactions($id: String!) {
  on: issue(id: $id) { reactions { id } }
}`;

const done = z.object({ success: z.literal(true) });
const created = z.object({
  commentCreate: done.extend({ comment: z.object({ id, url: z.string().nullish() }) }),
});
const updated = z.object({ commentUpdate: done });
const reacted = z.object({ reactionCreate: done });
const withId = z.object({ id });
const viewer = z.object({ viewer: z.object({ id, url: z.string().nullish() }) });
const found = z.object({
  viewer: withId,
  issue: z.object({
    comments: z.object({ nodes: z.array(z.object({ id, user: withId.nullish() })) }),
  }),
});
const reactions = z.object({ on: z.object({ reactions: z.array(withId) }) });

const EMOJI = new Map([["laugh", "laughing"], ["hooray", "tada"]]);

export function connectLinear(connection: Connection): Sender {
  return {
    async whoAmI() {
      const who = (await ask(connection, VIEWER, {}, viewer)).viewer;
      // as deliveries name the same account: else we would not know our own posts
      return { id: who.id, name: handleOf(who) ?? who.id };
    },
    async comment(target, body) {
      const { issue_id: issueId, thread_id: parentId } = readTarget(target);
      const { marker, markdown } = openPart(body);
      const input = { id: idOf(marker ?? body), issueId, parentId, body: markdown };
      return await post(connection, input);
    },
    async updateComment(_target, comment_id, body) {
      const input = { body: openPart(body).markdown };
      await ask(connection, UPDATE, { id: checkedId(comment_id), input }, updated);
    },
    async findComment(target, marker_id) {
      return await findOurs(connection, readTarget(target).issue_id, idOf(marker_id));
    },
    async react(target, content) {
      await react(connection, readTarget(target), content);
    },
    noted: (target, did, names) =>
      did === "reaction" ? names.map((name) => reactionId(readTarget(target), name)) : [],
  };
}

interface NewComment {
  id: string;
  issueId: string;
  parentId: string | null;
  body: string;
}

async function post(connection: Connection, input: NewComment): Promise<Posted> {
  try {
    const { commentCreate } = await ask(connection, CREATE, { input }, created);
    const { id, url } = commentCreate.comment;
    return { comment_id: id, url: url ?? null };
  } catch (error) {
    // an id that is taken is an error: an earlier try has arrived while we looked for it
    if (!isRefusal(error)) throw error;
    const comment_id = await findOurs(connection, input.issueId, input.id).catch(() => null);
    if (comment_id === null) throw error;
    return { comment_id, url: null };
  }
}

async function findOurs(connection: Connection, issue_id: string, id: string) {
  const { viewer, issue } = await ask(connection, FIND, { issue: issue_id, id }, found);
  const [comment] = issue.comments.nodes;
  // whoever has learned our id could have taken it
  return comment?.id === id && comment.user?.id === viewer.id ? id : null;
}

const isRefusal = (error: unknown) => error instanceof ProviderError && error.permanent;

async function react(connection: Connection, to: ReplyTarget, content: string): Promise<void> {
  const { issue_id: issueId, comment_id: commentId } = to;
  const id = reactionId(to, content);
  const emoji = EMOJI.get(content) ?? content;
  const input = commentId ? { id, commentId, emoji } : { id, issueId, emoji };
  try {
    await ask(connection, REACT, { input }, reacted);
  } catch (error) {
    // an id that is taken is an error: an earlier try has arrived
    if (!isRefusal(error)) throw error;
    if (!await isThere(connection, to, id)) throw error;
  }
}

async function isThere(connection: Connection, to: ReplyTarget, id: string): Promise<boolean> {
  const query = to.comment_id ? REACTIONS_TO_COMMENT : REACTIONS_TO_ISSUE;
  const { on } = await ask(connection, query, { id: to.comment_id ?? to.issue_id }, reactions);
  return on.reactions.some((reaction) => reaction.id === id);
}

function readTarget(target: unknown): ReplyTarget {
  const read = replyTarget.safeParse(target);
  if (read.success) return read.data;
  throw never(`not an issue in Linear: ${z.prettifyError(read.error)}`);
}

function checkedId(comment_id: string): string {
  if (id.safeParse(comment_id).success) return comment_id;
  throw never(`not the id of a Linear comment: ${comment_id.slice(0, 50)}`);
}

const never = (message: string) => new ProviderError(message, { permanent: true });
