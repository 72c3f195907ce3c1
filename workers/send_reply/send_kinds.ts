import { z } from "zod";
import { replyButton } from "@/db/nouns/reply.ts";
import type { Reply } from "@/db/replies.ts";
import {
  type Card,
  type Provider,
  ProviderError,
  type Sender,
} from "@/server/providers/provider.ts";
import { noteParts, stillOurs } from "@/workers/send_reply/ours.ts";
import { followThread } from "@/workers/send_reply/thread.ts";
import type { ReplyText } from "@/workers/send_reply/reply_text.ts";
import type { Worker } from "@/workers/worker.ts";

const buttons = z.array(replyButton);

const LEFT_OVER = "(see above)";

interface Sending {
  worker: Worker;
  reply: Reply;
  provider: Provider;
  sender: Sender;
  text: ReplyText;
}

/** Parts that are out are changed, the others posted. Throws ProviderError. */
export async function sendComment(given: Sending): Promise<void> {
  const sending = await settled(given);
  const { worker, reply, sender, provider, text } = sending;
  const { target } = reply;
  const ids = await postedSoFar(sending);
  const shown = provider.abilities.includes("buttons") ? readButtons(reply) : undefined;
  const last = text.parts.length - 1;
  for (const [index, body] of text.parts.entries()) {
    const below = index === last ? shown : undefined;
    const card = index === 0 ? text.card : null;
    await stillOurs(worker, reply);
    if (index < ids.length) {
      const id = ids[index];
      if (await changed(() => sender.updateComment(target, id, body, below, card), card)) continue;
      return await sendComment({ ...sending, reply: { ...reply, outside_ids: [] } });
    }
    const { comment_id, url } = await sender.comment(target, body, below, card);
    ids.push(comment_id);
    // Before it counts as posted: what is cut off here is found again by its marker.
    await followThread(worker, reply, sender, comment_id);
    await noteParts(worker, reply, ids, url);
  }
  for (let index = last + 1; index < ids.length; index++) {
    const [body] = provider.prepare(LEFT_OVER, text.outgoing(index));
    await stillOurs(worker, reply);
    await sender.updateComment(target, ids[index], body);
  }
}

/** False where somebody deleted a message that tells how work stands: then it is told anew. */
async function changed(change: () => Promise<void>, card: Card | null): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if (card && error instanceof ProviderError && error.is_gone) return false;
    throw error;
  }
}

/** Which thread a first post begins is told by the whole of its place. */
async function settled(sending: Sending): Promise<Sending> {
  const { reply, sender } = sending;
  if (reply.outside_ids.length > 0 || !sender.settled) return sending;
  return { ...sending, reply: { ...reply, target: await sender.settled(reply.target) } };
}

/** An earlier try may have arrived although we never heard: the marker of that part tells. */
async function postedSoFar({ worker, reply, sender, text }: Sending): Promise<string[]> {
  const ids = [...reply.outside_ids];
  const unsure = reply.tries > 1 || (ids.length > 0 && reply.version > 1);
  if (!unsure || ids.length >= text.parts.length) return ids;
  const { marker_id } = text.outgoing(ids.length);
  const found = await sender.findComment(reply.target, marker_id, reply.created_at);
  if (!found || ids.includes(found)) return ids;
  ids.push(found);
  await followThread(worker, reply, sender, found);
  await noteParts(worker, reply, ids, null);
  return ids;
}

function readButtons(reply: Reply) {
  const read = buttons.safeParse(reply.buttons ?? []);
  if (!read.success) throw refused(`its buttons cannot be read: ${z.prettifyError(read.error)}`);
  return read.data.length > 0 ? read.data : undefined;
}

/** Seen by one person. Its parts have no ids at the provider, so we count them. */
export async function sendMessage({ worker, reply, provider, sender, text }: Sending) {
  if (!sender.whisper) throw refused(`${provider.title} cannot tell something to one person alone`);
  const ids = [...reply.outside_ids];
  for (const body of text.parts.slice(ids.length)) {
    await stillOurs(worker, reply);
    await sender.whisper(reply.target, body);
    ids.push(`whispered ${ids.length + 1}`);
    await noteParts(worker, reply, ids, null);
  }
}

export async function addReaction(sending: Sending): Promise<void> {
  const { reply, provider, sender } = sending;
  if (!sender.react) throw refused(`${provider.title} has no reactions`);
  await noteAction(sending, "reaction", [reply.body]);
  await sender.react(reply.target, reply.body);
}

export async function addLabels(sending: Sending): Promise<void> {
  const { reply, provider, sender } = sending;
  if (!sender.label) throw refused(`${provider.title} has no labels that we can add`);
  const labels = readLabels(reply.body);
  await noteAction(sending, "label", labels);
  await sender.label(reply.target, labels);
}

/** Before it is done: the provider may tell of it before it answers us. */
async function noteAction(
  { worker, reply, sender }: Sending,
  action: "reaction" | "label",
  names: string[],
): Promise<void> {
  const ids = sender.noted?.(reply.target, action, names) ?? [];
  if (ids.length > 0) await noteParts(worker, reply, ids, null);
}

function readLabels(body: string): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(body));
  } catch {
    throw refused("its labels are no list of names");
  }
}

const refused = (message: string) => new ProviderError(message, { permanent: true });
