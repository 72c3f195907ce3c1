import { Layout } from "@/views/layout.tsx";
import { asset } from "@/views/static.ts";
import { plain } from "@/views/plain.ts";

export interface SignInData {
  /** Where to go afterwards. */
  next: string;
  problem?: string;
  /** Secret of a one-time link: then the page has one button only. */
  link?: string;
}

export function SignInPage({ next, problem, link }: SignInData) {
  return (
    <Layout title="Sign in" principal={null} page="sign-in">
      <div class="card sign-in">
        <img src={asset("icon.svg")} alt="" width="48" height="48" />
        <h1>Claude Code Agent</h1>
        {problem && <p class="warning" role="alert" id="problem">{plain(problem)}</p>}
        {link ? <LinkForm link={link} next={next} /> : <TokenForm next={next} wrong={!!problem} />}
      </div>
    </Layout>
  );
}

function TokenForm({ next, wrong }: { next: string; wrong: boolean }) {
  return (
    <form method="post" action="/sign-in">
      <input type="hidden" name="next" value={next} />
      <label for="token">Token</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        required
        autofocus
        aria-describedby={wrong ? "problem" : "token-hint"}
        aria-invalid={wrong ? "true" : undefined}
      />
      <p id="token-hint" class="muted">
        The admin token is in the server's data folder, or was given as ADMIN_TOKEN. The server also
        prints a one-time link when it starts.
      </p>
      <button type="submit" class="primary">Sign in</button>
    </form>
  );
}

// A button, so that a link preview in a chat does not use the link up.
function LinkForm({ link, next }: { link: string; next: string }) {
  return (
    <form method="post" action="/sign-in/link">
      <input type="hidden" name="token" value={link} />
      <input type="hidden" name="next" value={next} />
      <p>This link signs you in once.</p>
      <button type="submit" class="primary" autofocus>Sign in</button>
    </form>
  );
}
