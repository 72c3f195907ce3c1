import { Layout } from "@/views/layout.tsx";
import { markdown } from "@/views/markdown.ts";
import { oneLine, plain } from "@/views/plain.ts";

/** An issue or a pull request at the GitHub of the demo. */
export interface AtGithub {
  repository: string;
  number: number;
  /** Null: only what was said there is known. */
  pull: {
    title: string;
    body: string;
    state: "draft" | "open" | "merged" | "closed";
    branch: string;
    base: string;
    reviewers: string[];
    diff: string;
  } | null;
  comments: { id: number; body: string; edits: number }[];
}

export function AtGithubPage({ repository, number, pull, comments }: AtGithub) {
  const name = `${repository}#${number}`;
  const title = pull ? oneLine(pull.title, 200) : `Issue ${name}`;
  return (
    <Layout title={title} principal={null} page="outside">
      <header class="task-head">
        <p class="kicker">
          {pull && <span class={`badge is-${TONES[pull.state]}`}>{pull.state}</span>}
          <span>{name}, at the GitHub of the demo</span>
        </p>
        <h1 dir="auto">{title}</h1>
        {pull && (
          <p class="muted">
            {pull.branch} into {pull.base}
            {pull.reviewers.length > 0 && `, review asked of ${pull.reviewers.join(", ")}`}
          </p>
        )}
      </header>
      {pull && <Said body={pull.body} />}
      {pull && <Diff text={pull.diff} />}
      <section aria-labelledby="comments-title">
        <h2 id="comments-title">Comments of the agent</h2>
        {comments.length === 0 && <p class="muted">It has said nothing here.</p>}
        {comments.map(({ id, body, edits }) => (
          <div key={id} id={`issuecomment-${id}`}>
            <Said body={body} />
            {edits > 0 && <p class="muted">Edited {edits === 1 ? "once" : `${edits} times`}</p>}
          </div>
        ))}
      </section>
    </Layout>
  );
}

/** All that can be looked at there. */
export function GithubStartPage({ things }: { things: { path: string; title: string }[] }) {
  return (
    <Layout title="The GitHub of the demo" principal={null} page="outside">
      <h1>The GitHub of the demo</h1>
      {things.length === 0 && <p class="muted">The agent has done nothing here yet.</p>}
      <ul class="flow-cards">
        {things.map(({ path, title }) => (
          <li key={path} class="flow-card">
            <a class="title" href={path} dir="auto">{oneLine(title, 200)}</a>
            <p class="sub-line">{path.slice(1)}</p>
          </li>
        ))}
      </ul>
    </Layout>
  );
}

const TONES = { draft: "queued", open: "running", merged: "completed", closed: "failed" };

/** Without the marker, which nobody sees at GitHub either. */
function Said({ body }: { body: string }) {
  const html = markdown(body.replace(/^<!-- .*? -->\n?/, ""));
  return <div class="said-there md" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

function Diff({ text }: { text: string }) {
  return (
    <section aria-labelledby="diff-title">
      <h2 id="diff-title">Changes</h2>
      <pre class="diff" tabIndex={0} aria-labelledby="diff-title">
        {plain(text).split("\n").map((line, n) => (
          <span key={n} class={/^[+-](?![+-]{2})/.test(line) ? `line ${line[0] === "+" ? "added" : "removed"}` : "line"}>
            {`${line}\n`}
          </span>
        ))}
      </pre>
    </section>
  );
}
