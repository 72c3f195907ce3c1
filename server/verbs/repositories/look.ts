import { getRepository, wantLook } from "@/db/repositories.ts";
import { findRepository, type RepositoryView } from "@/server/verbs/repositories/find.ts";
import { verb } from "@/server/verbs/verb.ts";

/** A worker asks the host what may be done in a repository. Throws 422. */
export const lookAtRepository = verb(
  "repository.look",
  "operator",
  ({ deps, commit }, { repository: text }: { repository: string }): Promise<RepositoryView> =>
    commit(async (tx) => {
      const { repository_id, provider, name } = await findRepository(deps, tx, text);
      await wantLook(tx, repository_id);
      const value = (await getRepository({ sql: tx }, repository_id))!;
      return { subject: `${provider}:${name}`, value };
    }),
);
