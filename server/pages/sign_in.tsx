import { localPath } from "@/server/auth/local_path.ts";
import type { AppContext } from "@/server/env.ts";
import { answerPage } from "@/server/pages/answer.ts";
import { SignInPage } from "@/views/pages/sign_in.tsx";

export const showSignIn = (c: AppContext): Response =>
  answerPage(c, <SignInPage next={localPath(c.req.query("next"))} />);

export const showSignInLink = (c: AppContext): Response =>
  answerPage(
    c,
    <SignInPage next={localPath(c.req.query("next"))} link={c.req.query("token") ?? ""} />,
  );
