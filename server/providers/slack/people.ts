import { z } from "zod";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { ask, write } from "./call.ts";
import { id } from "./schema.ts";

const PAGE = 200;
const MAX_PAGES = 1000;
const MAX_WAITS = 100;
const MAX_WAIT_SECONDS = 120;

const identity = z.object({ user_id: id, team_id: id });
const flag = z.boolean().nullish();
const member = z.object({
  id,
  team_id: id.nullish(),
  deleted: flag,
  is_bot: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
});
type Member = z.infer<typeof member>;
const users = z.object({
  members: z.array(member),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** The bot user of the token, and its workspace. Throws ProviderError. */
export const ownIdentity = (connection: Connection) => write(connection, "auth.test", {}, identity);

/** Ids of the people of the app's own workspace: no bots, guests or people of other workspaces.
 * Throws ProviderError. */
export async function fullMembers(connection: Connection): Promise<string[]> {
  const { team_id } = await ownIdentity(connection);
  const ids: string[] = [];
  let cursor = "";
  let waits = 0;
  for (let page = 0; page < MAX_PAGES;) {
    const args = { limit: String(PAGE), ...(cursor ? { cursor } : {}) };
    try {
      const list = await ask(connection, "users.list", args, users);
      ids.push(...list.members.filter((one) => belongs(one, team_id)).map((one) => one.id));
      cursor = list.response_metadata?.next_cursor ?? "";
      if (cursor === "") return ids;
      page++;
    } catch (error) {
      if (++waits > MAX_WAITS || !await waitedOut(error)) throw error;
    }
  }
  throw new ProviderError(`Slack users.list: more than ${MAX_PAGES} pages`, { permanent: true });
}

const belongs = (one: Member, team_id: string): boolean =>
  one.team_id === team_id && !one.deleted && !one.is_bot && !one.is_restricted &&
  !one.is_ultra_restricted && !one.is_stranger && one.id !== "USLACKBOT";

async function waitedOut(error: unknown): Promise<boolean> {
  const seconds = error instanceof ProviderError ? error.retry_after_seconds : null;
  if (seconds === null || seconds > MAX_WAIT_SECONDS) return false;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return true;
}
