import type { Provider } from "@/server/providers/provider.ts";
import { custom } from "@/server/providers/custom.ts";
import { github } from "@/server/providers/github.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import { jira } from "@/server/providers/jira.ts";
import { linear } from "@/server/providers/linear.ts";
import { sentry } from "@/server/providers/sentry.ts";
import { slack } from "@/server/providers/slack.ts";

/** All providers by name: a new one is a file and a line here. */
export const providers: ReadonlyMap<string, Provider> = new Map(
  [github, jira, slack, sentry, gitlab, linear, custom].map((p) => [p.name, p]),
);
