import { z } from "zod";
import { ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import { type Access, call } from "@/server/providers/github/call.ts";
import { mutate } from "./graphql.ts";
import { getPull } from "./open.ts";
import { atStage } from "./stage.ts";

/** More than fifteen are not taken. */
const MAX_REVIEWERS = 15;
// without Contents an app is refused the mutation, although Pull requests would seem to do
const RIGHTS = { contents: "write", pull_requests: "write" } as const;
const MARK = `mutation($input: MarkPullRequestReadyForReviewInput!) {
  markPullRequestReadyForReview(input: $input) { pullRequest { isDraft } }
}`;

const asked = z.object({
  requested_reviewers: z.array(z.object({ login: z.string() })).nullish(),
});

export const ready = (
  at: RepositoryAt,
  number: number,
  { reviewers }: { reviewers: string[] },
): Promise<{ not_asked: string[] }> =>
  atStage(
    at,
    { doing: `taking the draft off pull request #${number}`, rights: RIGHTS },
    async (access) => {
      const { draft, node_id } = await getPull(access, at.repository, number);
      if (draft) {
        const input = { pullRequestId: node_id };
        await mutate(access, "markPullRequestReadyForReview", MARK, input, z.unknown());
      }
      return {
        not_asked: await notAsked(access, `/repos/${at.repository}/pulls/${number}`, reviewers),
      };
    },
  );

/** One by one: of several GitHub refuses all for one who is no collaborator. */
async function notAsked(access: Access, path: string, reviewers: string[]): Promise<string[]> {
  const not_asked: string[] = [];
  for (const [index, login] of distinct(reviewers).entries()) {
    const is_asked = index < MAX_REVIEWERS && await ask(access, path, login);
    if (!is_asked) not_asked.push(login);
  }
  return not_asked;
}

async function ask(access: Access, path: string, login: string): Promise<boolean> {
  const body = { reviewers: [login] };
  try {
    const { requested_reviewers } = await call(
      access,
      "POST",
      `${path}/requested_reviewers`,
      asked,
      body,
    );
    return (requested_reviewers ?? []).some((one) => isSame(one.login, login));
  } catch (error) {
    if (error instanceof ProviderError && error.status === 422) return false;
    throw error;
  }
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const distinct = (names: string[]): string[] =>
  names.filter((name, at) => name && names.findIndex((other) => isSame(other, name)) === at);
