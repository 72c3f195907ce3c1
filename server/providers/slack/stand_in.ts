import { z } from "zod";
import type { StandIn } from "@/server/providers/provider.ts";
import { id } from "./schema.ts";

const TEAM = "T0HARBOUR";
const person = (id: string) => ({ id, team_id: TEAM });

const said = z.object({ channel: id });

const ANSWERS = new Map<string, unknown>(Object.entries({
  "/auth.test": { user_id: "U0AGENT", team_id: TEAM },
  "/users.list": { members: [person("U0NORA"), person("U0AGENT")] },
  "/conversations.replies": { messages: [] },
  "/conversations.history": { messages: [] },
}));

export const stand_in: StandIn = {
  settings: (url) => ({
    SLACK_API_URL: url,
    SLACK_BOT_TOKEN: "demo",
    SLACK_TRUSTED_USERS: "U0NORA",
    SLACK_NOTIFY_CHANNEL: "C0TEASHOP",
  }),
  only_reads: ({ path }) => path === "/auth.test",
  answer({ path, id: n, body }) {
    const ts = `1700000001.${String(n).padStart(6, "0")}`;
    const known = ANSWERS.get(path) ?? {};
    // of a channel that was named, the answer tells the id
    const channel = said.safeParse(body).data?.channel ?? "C0TEASHOP";
    return { ok: true, channel, ts, message_ts: ts, ...known };
  },
};
