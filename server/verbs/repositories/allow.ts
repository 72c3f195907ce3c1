import { allowInRepository, getRepository } from "@/db/repositories.ts";
import { findRepository, type RepositoryView } from "@/server/verbs/repositories/find.ts";
import { verb } from "@/server/verbs/verb.ts";

export interface RepositorySettings {
  repository: string;
  submodules?: boolean;
  lfs?: boolean;
}

/** What is fetched of a repository beside its own files; what is not named stays. Throws 422. */
export const allowFetching = verb(
  "repository.allow",
  "operator",
  ({ deps, commit }, { repository: text, ...said }: RepositorySettings): Promise<RepositoryView> =>
    commit(async (tx) => {
      const { repository_id, provider, name } = await findRepository(deps, tx, text);
      await allowInRepository(tx, repository_id, said);
      const value = (await getRepository({ sql: tx }, repository_id))!;
      const { submodules, lfs } = value;
      return { subject: `${provider}:${name}`, detail: { submodules, lfs }, value };
    }),
);
