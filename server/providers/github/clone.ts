import { getLogger } from "@logtape/logtape";
import {
  type Connection,
  ProviderError,
  type Repositories,
  type Wants,
} from "@/server/providers/provider.ts";
import { accessTo, type Rights } from "./access.ts";
import { atStage } from "./pull_requests/stage.ts";
import { isWorkflow } from "./workflow_file.ts";

const log = getLogger(["agent", "worker"]);

export const repositories: Repositories = {
  depth: 2,
  changes: "pull",
  login: "x-access-token",
  token: tokenFor,
  isWorkflow,
};

// The operator's token, or one of our app for this repository and nothing else. Null where the app
// is not let in: a public repository is fetched all the same, and never pushed to.
async function tokenFor(
  connection: Connection,
  repository: string,
  wants: Wants = "read",
): Promise<string | null> {
  if (wants !== "read") return await tokenToPush(connection, repository, wants);
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

async function tokenToPush(connection: Connection, repository: string, wants: Wants) {
  const rights: Rights = { contents: "write" };
  if (wants === "push_workflows") rights.workflows = "write";
  const at = { connection, repository };
  return await atStage(at, { doing: "pushing", rights }, ({ token }) => Promise.resolve(token));
}
