import type { Connection } from "@/server/providers/provider.ts";
import type { WorkerConfig } from "@/workers/config.ts";

/**
 * How each provider is reached, by its name; what is not set is null, and said when it is needed.
 * `minted` is told each token that is made to reach one.
 */
export function connectionsOf(
  { providers }: WorkerConfig,
  minted: (token: string) => void = () => {},
): Record<string, Connection> {
  const { github, jira, slack, sentry, gitlab } = providers;
  return {
    github: {
      base_url: github.api_url,
      token: github.token?.reveal() ?? null,
      app: github.app && { id: github.app.id, private_key: github.app.private_key.reveal() },
      minted,
    },
    jira: {
      base_url: jira.url ?? "",
      token: (jira.api_token ?? jira.token)?.reveal() ?? null,
      // an API token of Jira Cloud is shown together with its e-mail address, the other one alone
      email: jira.api_token ? jira.email : null,
    },
    slack: { base_url: slack.api_url, token: slack.token?.reveal() ?? null },
    sentry: {
      base_url: sentry.url,
      token: sentry.token?.reveal() ?? null,
      organization: sentry.org,
    },
    gitlab: { base_url: gitlab.url, token: gitlab.token?.reveal() ?? null },
    // each of its webhooks has an address of its own
    custom: { base_url: "", token: null },
  };
}

/** Where repositories are cloned from, by the providers that have any. */
export const cloneUrlsOf = ({ providers }: WorkerConfig): Record<string, string> => ({
  github: providers.github.url,
  gitlab: providers.gitlab.url,
});

/** Who we are there, as far as the operator says so. */
export function ownNamesOf({ providers }: WorkerConfig): Record<string, string> {
  const { github, jira, slack, gitlab } = providers;
  const said = { github, jira, slack, gitlab };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, { own_name }]) => own_name ? [[name, own_name]] : []),
  );
}
