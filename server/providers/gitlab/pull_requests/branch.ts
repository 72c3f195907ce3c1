import { z } from "zod";
import type { Connection, RepositoryAt } from "@/server/providers/provider.ts";
import { branchIsOthers } from "@/server/providers/pull_requests.ts";
import { call } from "@/server/providers/gitlab/call.ts";
import { atStage, gone } from "./stage.ts";

const found = z.object({ commit: z.object({ id: z.string() }) });

const pathOf = (project: string, branch: string): string =>
  `${project}/repository/branches/${encodeURIComponent(branch)}`;

/** The commit that a branch is at; null: there is no such branch. */
export async function headOf(connection: Connection, project: string, branch: string) {
  const there = await call(connection, "GET", pathOf(project, branch), found).catch(gone);
  return there?.commit.id ?? null;
}

export const deleteBranch = (
  at: RepositoryAt,
  branch: string,
  expected_head: string,
): Promise<void> =>
  atStage(at, `deleting the branch ${branch}`, async (project) => {
    const head = await headOf(at.connection, project, branch);
    if (head === null) return;
    if (head !== expected_head) throw branchIsOthers(head, expected_head);
    await call(at.connection, "DELETE", pathOf(project, branch), z.unknown()).catch(gone);
  });
