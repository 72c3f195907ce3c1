import { getLogger } from "@logtape/logtape";
import { type Connection, ProviderError, type Repositories } from "@/server/providers/provider.ts";
import { accessTo } from "./access.ts";

const log = getLogger(["agent", "worker"]);

export const repositories: Repositories = {
  depth: 2,
  changes: "pull",
  login: "x-access-token",
  token: tokenFor,
};

// The operator's token, or one of our app that may read this repository and nothing else. Null
// where the app is not let in: a public repository is fetched all the same.
async function tokenFor(connection: Connection, repository: string): Promise<string | null> {
  if (!connection.app) return connection.token;
  try {
    return (await accessTo(connection, { repository }, { contents: "read" })).token;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const why = error.message;
    log.warn("{repository} is fetched without a token: {error}", { repository, error: why });
    return null;
  }
}
