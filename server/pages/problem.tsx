import type { AppContext } from "@/server/env.ts";
import type { HttpProblem } from "@/server/errors.ts";
import { localPath } from "@/server/auth/local_path.ts";
import { answerPage, formField } from "@/server/pages/answer.ts";
import { ProblemPage } from "@/views/pages/problem.tsx";
import { SignInPage } from "@/views/pages/sign_in.tsx";

/** What a browser is shown instead of a problem document. */
export async function problemPage(c: AppContext, problem: HttpProblem): Promise<Response> {
  const { status, title, detail } = problem;
  if (c.req.path.startsWith("/sign-in") && c.req.method === "POST") {
    const next = localPath(await formField(c, "next").catch(() => "/"));
    return answerPage(c, <SignInPage next={next} problem={detail} />, status);
  }
  const principal = c.get("principal") ?? null;
  return answerPage(
    c,
    <ProblemPage principal={principal} status={status} title={title} detail={detail} />,
    status,
  );
}
