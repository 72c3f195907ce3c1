import { localPath } from "@/server/auth/local_path.ts";
import { signInWithLink, signInWithToken, signOut } from "@/server/sign_in/sign_in.ts";
import type { App, AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";

/** The forms that sign in and out. Their pages are in server/pages.tsx. */
export function mountSignIn(app: App, deps: AppDeps): void {
  app.post("/sign-in", async (c) => {
    const form = await readForm(c, deps);
    await signInWithToken(c, deps, form.token);
    return c.redirect(localPath(form.next), 303);
  });
  app.post("/sign-in/link", async (c) => {
    const form = await readForm(c, deps);
    await signInWithLink(c, deps, form.token);
    return c.redirect(localPath(form.next), 303);
  });
  app.post("/sign-out", async (c) => {
    await signOut(c, deps);
    return c.redirect("/sign-in", 303);
  });
}

async function readForm(c: AppContext, { config }: AppDeps) {
  // Nobody is signed in yet, so the cookie rule does not apply: this is against a page elsewhere
  // that signs its visitor in as somebody else.
  const origin = c.req.header("origin");
  if (origin && !config.origins.includes(origin)) {
    throw new HttpProblem(403, `Sign-in from ${origin} is refused: PUBLIC_URL is another address.`);
  }
  const { token, next } = await c.req.parseBody().catch(() => {
    throw new HttpProblem(400, "This form cannot be read.");
  });
  return { token: typeof token === "string" ? token : "", next };
}
