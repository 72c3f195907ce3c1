import { z } from "zod";
import { ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import { call } from "@/server/providers/github/call.ts";
import { atStage } from "./stage.ts";

const RIGHTS = { contents: "write", pull_requests: "write" } as const;

export const updateBranch = (
  at: RepositoryAt,
  number: number,
  expected_head_sha: string,
): Promise<void> =>
  atStage(at, { doing: `bringing pull request #${number} up to date`, rights: RIGHTS }, async (
    access,
  ) => {
    const path = `/repos/${at.repository}/pulls/${number}/update-branch`;
    await call(access, "PUT", path, z.unknown(), { expected_head_sha }).catch(isUpToDate);
  });

function isUpToDate(error: unknown): void {
  if (error instanceof ProviderError && /no new commits on the base/i.test(error.message)) return;
  throw error;
}
