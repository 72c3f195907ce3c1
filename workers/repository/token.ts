import { getLogger } from "@logtape/logtape";
import { accessTo } from "@/server/providers/github/access.ts";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";

const log = getLogger(["agent", "worker"]);

/**
 * What git shows to fetch this repository: the operator's token, or one of our app that may read
 * this repository and nothing else. Null without either, and where the app is not let in: a
 * public repository is fetched all the same.
 */
export async function repositoryToken(
  connection: Connection | undefined,
  provider: string,
  repository: string,
): Promise<string | null> {
  if (!connection?.app || provider !== "github") return connection?.token ?? null;
  try {
    return (await accessTo(connection, { repository }, { contents: "read" })).token;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    log.warn("{repository} is fetched without a token: {error}", {
      repository,
      error: error.message,
    });
    return null;
  }
}
