import type { StandIn } from "@/server/providers/provider.ts";

export const stand_in: StandIn = {
  settings: (url) => ({ SENTRY_URL: url, SENTRY_ORG: "harbour", SENTRY_AUTH_TOKEN: "demo" }),
  answer: ({ method, id }) => method === "GET" ? [] : { id: String(id) },
};
