import { startSession } from "@/db/sessions.ts";
import { verb } from "@/server/verbs/verb.ts";

export interface SignIn {
  by: "token" | "link";
  /** The token that let the actor in; null: one that ADMIN_TOKEN stands for. */
  token_id: string | null;
  address: string;
}

/** Starts a session of the actor, who has shown a credential. Its secret goes into the cookie. */
export const signIn = verb(
  "sign_in",
  "viewer",
  ({ deps, actor, commit }, { by, token_id, address }: SignIn) =>
    commit(async (sql) => {
      const { name, role } = actor;
      const admin_token_mac = token_id === null ? deps.config.admin_token_mac : null;
      const value = await startSession({ sql }, { name, role, token_id, admin_token_mac });
      return { subject: value.session_id, detail: { by, role, address }, value };
    }),
);
