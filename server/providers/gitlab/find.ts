import { z } from "zod";
import { type Connection, ProviderError, type Sender } from "@/server/providers/provider.ts";
import { call } from "./call.ts";
import { placePath } from "./paths.ts";
import type { ReplyTarget } from "./schema.ts";

const PAGE = 100;
const MAX_PAGES = 20;
const CLOCK_SLACK_MS = 10 * 60_000;

const note = z.object({
  id: z.int(),
  body: z.string().nullish(),
  created_at: z.string().nullish(),
  author: z.object({ id: z.int() }).nullish(),
});
const notes = z.array(note);
const discussions = z.array(z.object({ id: z.string(), notes }));

interface Wanted {
  marker: string;
  since: Date | null;
  whoAmI: NonNullable<Sender["whoAmI"]>;
}
interface Listed {
  comment_id: string;
  body: string;
  author_id: string | null;
  created_ms: number;
}

/** Newest first, back to `since`. A stranger may copy our marker, so the author counts too. */
export async function findNote(
  connection: Connection,
  to: ReplyTarget,
  { marker, since, whoAmI }: Wanted,
): Promise<string | null> {
  const own = await ownId(whoAmI);
  const oldest = since ? since.getTime() - CLOCK_SLACK_MS : 0;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { listed, is_last } = await list(connection, to, page);
    const found = listed.find(({ body, author_id }) =>
      body.includes(marker) && (own === null || author_id === own)
    );
    if (found) return found.comment_id;
    // discussions come oldest first
    const is_past = to.kind !== "commit" && listed.some(({ created_ms }) => created_ms < oldest);
    if (is_last || is_past) return null;
  }
  return null;
}

async function list(connection: Connection, to: ReplyTarget, page: number) {
  const query = `per_page=${PAGE}&page=${page}`;
  if (to.kind === "commit") {
    const path = `${placePath(to)}/discussions?${query}`;
    const found = await call(connection, "GET", path, discussions);
    const listed = found.flatMap(({ id, notes }) => notes.map((one) => shown(one, `${id}/`)));
    return { listed, is_last: found.length < PAGE };
  }
  const path = `${placePath(to)}/notes?sort=desc&order_by=created_at&${query}`;
  const found = await call(connection, "GET", path, notes);
  return { listed: found.map((one) => shown(one, "")), is_last: found.length < PAGE };
}

const shown = ({ id, body, author, created_at }: z.infer<typeof note>, before: string): Listed => ({
  comment_id: before + id,
  body: body ?? "",
  author_id: author ? String(author.id) : null,
  // a date that is none is no reason to stop looking
  created_ms: Date.parse(created_at ?? "") || Infinity,
});

// null where the token has no user of its own
async function ownId(whoAmI: Wanted["whoAmI"]): Promise<string | null> {
  try {
    return (await whoAmI()).id;
  } catch (error) {
    if (error instanceof ProviderError && error.status === 403) return null;
    throw error;
  }
}
