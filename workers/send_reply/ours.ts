import type { Reply } from "@/db/replies.ts";
import { keepSending, partPosted } from "@/db/replies/sending.ts";
import type { Worker } from "@/workers/worker.ts";

/** Another worker sends this reply now: this try took too long, or its worker was given up. */
export class SentBySomebodyElse extends Error {
  override name = "SentBySomebodyElse";

  constructor({ reply_id, tries }: Reply) {
    super(`try ${tries} of reply ${reply_id} is over: somebody else sends it`);
  }
}

/** Asked before each post: looking for our marker may outlast the hold. Throws SentBySomebodyElse. */
export async function stillOurs({ db }: Worker, reply: Reply): Promise<void> {
  if (!await keepSending(db, reply)) throw new SentBySomebodyElse(reply);
}

/** Before anything else is posted. Throws SentBySomebodyElse. */
export async function noteParts(
  { db }: Worker,
  reply: Reply,
  outside_ids: string[],
  outside_url: string | null,
): Promise<void> {
  if (!await partPosted(db, reply, { outside_ids, outside_url })) {
    throw new SentBySomebodyElse(reply);
  }
}
