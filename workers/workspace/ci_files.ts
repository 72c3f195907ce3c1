import type { LocalGit } from "@/workers/workspace/local_git.ts";
import { readBlobs } from "@/workers/workspace/blobs.ts";
import { globsOf } from "@/workers/workspace/globs.ts";
import type { TreeEntry } from "@/workers/workspace/tree.ts";

/** What runs by itself once it is pushed, as the services look for it. Compared without case. */
const CI_FILES = [
  /^\.(?:github|gitea|forgejo)\/(?:workflows|actions)\//,
  /^\.gitlab-ci\.ya?ml$/,
  /^\.gitlab(?:-ci|\/ci)\//,
  /^\.(?:circleci|buildkite|woodpecker|teamcity|semaphore|azure-pipelines|tekton|builds|prow|cirrus|bitbucket)\//,
  /(?:^|\/)jenkinsfile[^/]*$/,
  /(?:^|\/)azure-pipelines[^/]*\.ya?ml$/,
  /^bitbucket-pipelines\.ya?ml$/,
  /^\.travis\.ya?ml$/,
  /^buildkite\.ya?ml$/,
  /^\.(?:drone|woodpecker|cirrus|build|appveyor)\.(?:ya?ml|star|jsonnet)$/,
  /^(?:appveyor|cloudbuild|codefresh|wercker|bitrise|shippable|buildspec)\.ya?ml$/,
];
const GITLAB = [".gitlab-ci.yml", ".gitlab-ci.yaml"];
const BETWEEN_NAMES = /[^\w./*-]+/;
const NAMED = /^.*\.ya?ml\b/;
const MOST_INCLUDED = 100;

export type IsCi = (path: string) => boolean;

/** Also what GitLab's file names, and what that names, by the trees before and after. */
export async function ciFilesOf(git: LocalGit, trees: Map<string, TreeEntry>[]): Promise<IsCi> {
  const included = new Set<string>();
  for (const tree of trees) {
    const wanted = GITLAB.filter((path) => tree.has(path));
    for (let at = 0; at < wanted.length && at < MOST_INCLUDED; at++) {
      for (const name of await namedIn(git, tree.get(wanted[at]))) {
        included.add(name);
        if (!wanted.includes(name)) wanted.push(name);
      }
    }
  }
  const isIncluded = globsOf(included);
  return (path) => CI_FILES.some((known) => known.test(path.toLowerCase())) || isIncluded(path);
}

async function namedIn(git: LocalGit, entry: TreeEntry | undefined): Promise<string[]> {
  if (!entry || entry.bytes > 1_000_000) return [];
  for await (const content of readBlobs(git, [entry])) {
    return namesIn(new TextDecoder().decode(content));
  }
  return [];
}

/** Word by word: of a pattern over the whole text, a long word alone would take hours. */
export const namesIn = (text: string): string[] =>
  text.split(BETWEEN_NAMES).flatMap((word) => NAMED.exec(word) ?? [])
    .map((name) => name.replace(/^\/+/, ""));
