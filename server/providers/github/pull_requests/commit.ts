import { Buffer } from "node:buffer";
import { z } from "zod";
import { type NewCommit, ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import type { Rights } from "@/server/providers/github/access.ts";
import { type Access, call } from "@/server/providers/github/call.ts";
import { isWorkflow } from "@/server/providers/github/workflow_file.ts";
import { mutate } from "./graphql.ts";
import { atStage } from "./stage.ts";

const REGULAR = "100644";
const COMMIT = `mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

const made = z.object({
  createCommitOnBranch: z.object({ commit: z.object({ oid: z.string() }) }),
});

/** GitHub makes every file a regular one, so no other is handed to it. */
export const createCommit = (at: RepositoryAt, wanted: NewCommit): Promise<string> => {
  const rights: Rights = { contents: "write" };
  if (wanted.files.some(({ path }) => isWorkflow(path))) rights.workflows = "write";
  return atStage(at, { doing: `committing to ${wanted.branch}`, rights }, async (access) => {
    const odd = wanted.files.find(({ mode, contents }) => contents && mode !== REGULAR);
    if (odd) {
      const why = `${odd.path} has the mode ${odd.mode}, which GitHub's commits cannot keep`;
      throw new ProviderError(`${why}: set GIT_SIGNING_KEY to push it`, { permanent: true });
    }
    await begin(access, at.repository, wanted);
    const input = inputOf(at.repository, wanted);
    const { createCommitOnBranch } = await mutate(
      access,
      "createCommitOnBranch",
      COMMIT,
      input,
      made,
    );
    return createCommitOnBranch.commit.oid;
  });
};

async function begin(
  access: Access,
  repository: string,
  { branch, expected_head: sha }: NewCommit,
): Promise<void> {
  const asked = { ref: `refs/heads/${branch}`, sha };
  await call(access, "POST", `/repos/${repository}/git/refs`, z.unknown(), asked)
    .catch((error) => {
      const is_there = error instanceof ProviderError &&
        /reference already exists/i.test(error.message);
      if (!is_there) throw error;
    });
}

function inputOf(repository: string, { branch, expected_head, message, files }: NewCommit) {
  const [headline, ...rest] = message.split("\n");
  return {
    branch: { repositoryNameWithOwner: repository, branchName: branch },
    expectedHeadOid: expected_head,
    message: { headline, body: rest.join("\n").trim() },
    fileChanges: {
      additions: files.flatMap(({ path, contents }) =>
        contents ? [{ path, contents: Buffer.from(contents).toString("base64") }] : []
      ),
      deletions: files.filter(({ contents }) => contents === null).map(({ path }) => ({ path })),
    },
  };
}
