import { join } from "node:path";
import type { VNode } from "preact";
import { diffOf } from "@/server/demo/git_backend.ts";
import type { RecordedPull } from "@/server/demo/github/pulls.ts";
import { type AtGithub, AtGithubPage, GithubStartPage } from "@/views/demo/at_github.tsx";
import { page } from "@/views/render.ts";
import { staticFile } from "@/views/static.ts";

interface Kept {
  /** Bare repositories; null: there are none, and no page shows a change. */
  folder: string | null;
  pulls: RecordedPull[];
  comments: { id: number; repository: string; number: number; body: string; edits: number }[];
}

const THING = /^\/([^/]+\/[^/]+)\/(?:issues|pull)\/(\d+)$/;
const STATIC = /^\/static\/([\w.-]+)$/;

/** What people see in a browser of what was done at GitHub. */
export async function githubPage(path: string, kept: Kept): Promise<Response> {
  const file = staticFile(STATIC.exec(path)?.[1] ?? "");
  if (file) return new Response(file.body, { headers: { "content-type": file.type } });
  if (path === "/") return htmlOf(GithubStartPage({ things: thingsOf(kept) }));
  const [, repository, number] = THING.exec(path) ?? [];
  if (!repository) return new Response(null, { status: 404 });
  const pull = kept.pulls.find((one) => one.repository === repository && one.number === +number);
  return htmlOf(AtGithubPage({
    repository,
    number: +number,
    pull: pull ? await shownPull(pull, kept.folder) : null,
    comments: kept.comments.filter((one) =>
      one.repository === repository && one.number === +number
    ),
  }));
}

const htmlOf = (shown: VNode) =>
  new Response(page(shown), { headers: { "content-type": "text/html; charset=utf-8" } });

function thingsOf({ pulls, comments }: Kept) {
  const things = new Map(comments.map(({ repository, number }) => {
    const path = `/${repository}/issues/${number}`;
    return [path, { path, title: `What was said at ${repository}#${number}` }];
  }));
  return [
    ...pulls.map(({ repository, number, title }) => {
      return { path: `/${repository}/pull/${number}`, title };
    }),
    ...things.values(),
  ];
}

async function shownPull(pull: RecordedPull, folder: string | null): Promise<AtGithub["pull"]> {
  const { repository, title, body, branch, base, reviewers, head } = pull;
  const diff = folder ? await diffOf(join(folder, `${repository}.git`), base, head) : "";
  return { title, body, state: stateOf(pull), branch, base, reviewers, diff };
}

function stateOf({ is_merged, state, draft }: RecordedPull) {
  if (is_merged) return "merged";
  return state === "open" && draft ? "draft" : state;
}
