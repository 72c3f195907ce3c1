import type { StandIn } from "@/server/providers/provider.ts";

export const stand_in: StandIn = {
  settings: (url) => ({
    JIRA_URL: url,
    JIRA_EMAIL: "agent@harbour.example",
    JIRA_API_TOKEN: "demo",
    JIRA_TRUSTED_USERS: "5f00000000000000000000a1",
  }),
  answer({ method, path, id }) {
    if (path.endsWith("/myself")) return { accountId: "5f00000000000000000000c3" };
    return method === "GET" ? { comments: [] } : { id: String(id) };
  },
};
