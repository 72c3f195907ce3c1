import { z } from "zod";
import { ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import { branchIsOthers } from "@/server/providers/pull_requests.ts";
import { call } from "@/server/providers/github/call.ts";
import { atStage } from "./stage.ts";

const WRITE = { contents: "write" } as const;
const ref = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) });

export const deleteBranch = (
  at: RepositoryAt,
  branch: string,
  expected_head: string,
): Promise<void> =>
  atStage(at, { doing: `deleting the branch ${branch}`, rights: WRITE }, async (access) => {
    const name = pathOf(branch);
    const there = await call(access, "GET", `/repos/${at.repository}/git/ref/heads/${name}`, ref)
      .catch(gone);
    if (!there) return;
    if (there.object.sha !== expected_head) throw branchIsOthers(there.object.sha, expected_head);
    await call(access, "DELETE", `/repos/${at.repository}/git/refs/heads/${name}`, z.unknown())
      .catch(gone);
  });

export const pathOf = (branch: string): string =>
  branch.split("/").map(encodeURIComponent).join("/");

function gone(error: unknown): null {
  if (!(error instanceof ProviderError)) throw error;
  const is_gone = error.status === 404 ||
    (error.status === 422 && /reference does not exist/i.test(error.message));
  if (is_gone) return null;
  throw error;
}
