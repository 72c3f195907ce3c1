import { endSession } from "@/db/sessions.ts";
import { verb } from "@/server/verbs/verb.ts";

/** Ends the session that the actor came with. */
export const signOut = verb(
  "sign_out",
  "viewer",
  ({ commit }, { session_id }: { session_id: string }) =>
    commit(async (sql) => {
      const ended = await endSession({ sql }, session_id);
      return { subject: ended ? session_id : null, value: undefined };
    }),
);
