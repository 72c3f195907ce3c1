import { z } from "zod";
import { ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import { branchIsOthers } from "@/server/providers/pull_requests.ts";
import { type Access, call } from "@/server/providers/github/call.ts";
import { atStage } from "./stage.ts";

const WRITE = { contents: "write" } as const;
const ref = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) });

export const deleteBranch = (
  at: RepositoryAt,
  branch: string,
  expected_head: string,
): Promise<void> =>
  atStage(at, { doing: `deleting the branch ${branch}`, rights: WRITE }, async (access) => {
    const head = await headOf(access, at.repository, branch);
    if (head === null) return;
    if (head !== expected_head) throw branchIsOthers(head, expected_head);
    const path = `/repos/${at.repository}/git/refs/heads/${pathOf(branch)}`;
    await call(access, "DELETE", path, z.unknown())
      .catch(gone);
  });

/** The commit that a branch is at; null: there is no such branch. */
export async function headOf(access: Access, repository: string, branch: string) {
  const path = `/repos/${repository}/git/ref/heads/${pathOf(branch)}`;
  return (await call(access, "GET", path, ref).catch(gone))?.object.sha ?? null;
}

export const pathOf = (branch: string): string =>
  branch.split("/").map(encodeURIComponent).join("/");

function gone(error: unknown): null {
  if (!(error instanceof ProviderError)) throw error;
  const is_gone = error.status === 404 ||
    (error.status === 422 && /reference does not exist/i.test(error.message));
  if (is_gone) return null;
  throw error;
}
