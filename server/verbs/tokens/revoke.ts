import { revokeApiToken } from "@/db/sessions.ts";
import { unknown } from "@/server/errors.ts";
import { verb } from "@/server/verbs/verb.ts";

/** Ends a token and every session that it signed in. Throws 404. */
export const revokeToken = verb(
  "token.revoke",
  "admin",
  ({ commit }, { token_id }: { token_id: string }) =>
    commit(async (sql) => {
      if (!await revokeApiToken({ sql }, token_id)) throw unknown("token", token_id);
      return { subject: token_id, value: undefined };
    }),
);
