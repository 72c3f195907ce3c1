import { z } from "zod";
import { type Access, call } from "./call.ts";

const PAGE = 100;
const MAX_PAGES = 20;
const CLOCK_SLACK_MS = 10 * 60_000;

const comments = z.array(z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ id: z.int(), login: z.string().nullish() }).nullish(),
}));
type Comment = z.infer<typeof comments>[number];

export interface Wanted {
  text: string;
  own: { id?: string; login?: string } | null;
  since: Date | null;
}

/** Looks through a list of comments, oldest first, for one of ours with that text: its id or
 * null. A stranger may copy our marker, so the author counts too. Throws ProviderError. */
export async function findOwn(
  access: Access,
  path: string,
  { text, own, since }: Wanted,
): Promise<string | null> {
  const from = since ? `&since=${new Date(since.getTime() - CLOCK_SLACK_MS).toISOString()}` : "";
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = `?per_page=${PAGE}&page=${page}${from}`;
    const list = await call(access, "GET", path + query, comments);
    const found = list.find((one) => one.body?.includes(text) && isBy(one.user, own));
    if (found) return String(found.id);
    if (list.length < PAGE) return null;
  }
  return null;
}

function isBy(user: Comment["user"], own: Wanted["own"]): boolean {
  if (own === null) return true;
  if (own.login !== undefined) return user?.login?.toLowerCase() === own.login.toLowerCase();
  return String(user?.id) === own.id;
}
