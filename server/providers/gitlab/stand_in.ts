import type { StandIn } from "@/server/providers/provider.ts";

export const stand_in: StandIn = {
  settings: (url) => ({ GITLAB_URL: url, GITLAB_TOKEN: "demo", GITLAB_TRUSTED_USERS: "nora" }),
  answer({ method, path, id }) {
    if (path.endsWith("/user")) return { id: 9_000_099, username: "agent" };
    return method === "GET" ? [] : { id, notes: [{ id }] };
  },
};
