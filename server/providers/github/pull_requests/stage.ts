import { type Connection, ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import { acting, type Rights } from "@/server/providers/github/access.ts";
import type { Access } from "@/server/providers/github/call.ts";

export interface Stage {
  /** what was going on, as an error says it: `opening the pull request` */
  doing: string;
  rights: Rights;
}

const REPOSITORY = /^(?!\.+\/)[\w.-]{1,100}\/(?!\.+$)[\w.-]{1,100}$/;

/** Acts on one repository with no more rights than the stage needs. Throws ProviderError that
 * says what was refused and what to change. */
export async function atStage<T>(
  { connection, repository }: RepositoryAt,
  { doing, rights }: Stage,
  use: (access: Access) => Promise<T>,
): Promise<T> {
  if (!REPOSITORY.test(repository)) {
    throw new ProviderError(`${doing}: "${repository}" is no repository of GitHub`, {
      permanent: true,
    });
  }
  try {
    return await acting(connection, { repository }, use, rights);
  } catch (error) {
    throw error instanceof ProviderError ? inWords(error, doing, connection, rights) : error;
  }
}

function inWords(error: ProviderError, doing: string, connection: Connection, rights: Rights) {
  const { permanent, retry_after_seconds, status, message } = error;
  const hint = permanent ? hintFor(error, connection, rights) : "";
  return new ProviderError(`${doing}: ${message}${hint}`, {
    permanent,
    retry_after_seconds,
    status,
  });
}

function hintFor({ status, message }: ProviderError, { app }: Connection, rights: Rights): string {
  const minting = message.includes("/access_tokens");
  if (status === 401) return `. ${app ? "Is GITHUB_APP_PRIVATE_KEY" : "Is GITHUB_TOKEN"} right?`;
  if (/archived/i.test(message)) return ". Unarchive the repository first";
  if (status === 404 && !minting) {
    return `. It is gone or renamed, or what we act as may not see it: ${needed(app, rights)}`;
  }
  const lacks = status === 403 || (status === 422 && minting) ||
    /FORBIDDEN|INSUFFICIENT_SCOPES/.test(message);
  return lacks ? `. To allow it: ${needed(app, rights)}` : "";
}

function needed(app: Connection["app"], rights: Rights): string {
  const list = Object.entries(rights).map(([name, how]) => `${TITLES[name] ?? name}: ${how}`)
    .join(", ");
  if (app) return `give the GitHub App ${app.id} the permission ${list}, and accept it there`;
  return `give GITHUB_TOKEN the permission ${list} (a classic token: the scope ${scopes(rights)})`;
}

const scopes = (rights: Rights): string => "workflows" in rights ? "repo and workflow" : "repo";

const TITLES: Record<string, string> = {
  contents: "Contents",
  pull_requests: "Pull requests",
  checks: "Checks",
  statuses: "Commit statuses",
  workflows: "Workflows",
  metadata: "Metadata",
};
