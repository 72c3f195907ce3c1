import type { StandIn } from "@/server/providers/provider.ts";

const queryIn = (body: unknown): string =>
  String((body as { query?: unknown } | null)?.query ?? "");

export const stand_in: StandIn = {
  settings: (url) => ({
    LINEAR_API_URL: url,
    LINEAR_API_KEY: "demo",
    LINEAR_TRUSTED_USERS: "nora",
  }),
  only_reads: ({ body }) => queryIn(body).startsWith("query"),
  answer({ body }) {
    const { input } = (body as { variables?: { input?: { id?: string } } }).variables ?? {};
    return {
      data: {
        viewer: {
          id: "9c000000-0000-4000-8000-000000000099",
          url: "https://linear.app/harbour/profiles/agent",
        },
        issue: { comments: { nodes: [] } },
        on: { reactions: [] },
        commentCreate: { success: true, comment: { id: input?.id ?? "none", url: null } },
        commentUpdate: { success: true },
        reactionCreate: { success: true },
      },
    };
  },
};
