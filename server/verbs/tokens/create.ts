import { createApiToken, type Role } from "@/db/sessions.ts";
import { verb } from "@/server/verbs/verb.ts";

/** Makes a token for a program or a person; its secret is returned here and never again. */
export const createToken = verb(
  "token.create",
  "admin",
  ({ actor, commit }, { name, role }: { name: string; role: Role }) =>
    commit(async (sql) => {
      const value = await createApiToken({ sql }, { name, role, created_by: actor.name });
      return { subject: value.token_id, detail: { name, role }, value };
    }),
);
