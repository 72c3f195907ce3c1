import { join } from "node:path";

export interface FilesToCommit {
  parent: string;
  message: string;
  additions: { path: string; contents: string }[];
  deletions: { path: string }[];
}

/** Whoever reads the commit finds a signature; nobody can verify it. */
const SIGNATURE = "gpgsig -----BEGIN SSH SIGNATURE-----\n of a stand-in\n" +
  " -----END SSH SIGNATURE-----";
const PERSON = "the-agent[bot] <the-agent@localhost> 1767225600 +0000";

/** A signed commit of these files in a bare repository, as the host itself would make it. */
export function commitFiles(bare: string, files: FilesToCommit): string {
  const folder = Deno.makeTempDirSync({ prefix: "commit-" });
  const index = { GIT_INDEX_FILE: join(folder, "index") };
  try {
    git(bare, ["read-tree", files.parent], index);
    for (const { path } of files.deletions) {
      git(bare, [`--work-tree=${folder}`, "update-index", "--force-remove", "--", path], index);
    }
    for (const { path, contents } of files.additions) {
      const file = join(folder, "file");
      Deno.writeFileSync(file, Uint8Array.from(atob(contents), (letter) => letter.charCodeAt(0)));
      const blob = git(bare, ["hash-object", "-w", "--no-filters", file]);
      git(bare, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], index);
    }
    const tree = git(bare, ["write-tree"], index);
    return writeCommit(bare, folder, tree, [files.parent], files.message);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** The same of a merge; null: there are conflicts. */
export function mergeCommits(bare: string, ours: string, theirs: string): string | null {
  const folder = Deno.makeTempDirSync({ prefix: "merge-" });
  try {
    const tree = git(bare, ["merge-tree", "--write-tree", "--no-messages", ours, theirs]);
    return writeCommit(bare, folder, tree, [ours, theirs], "Merge the base branch");
  } catch {
    return null;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Whether a commit has all of another one. */
export function contains(bare: string, commit: string, other: string): boolean {
  try {
    git(bare, ["merge-base", "--is-ancestor", other, commit]);
    return true;
  } catch {
    return false;
  }
}

function writeCommit(
  bare: string,
  folder: string,
  tree: string,
  parents: string[],
  message: string,
): string {
  const file = join(folder, "commit");
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${PERSON}`,
    `committer ${PERSON}`,
    SIGNATURE,
  ];
  Deno.writeTextFileSync(file, `${lines.join("\n")}\n\n${message}`);
  return git(bare, ["hash-object", "-t", "commit", "-w", file]);
}

function git(bare: string, args: string[], env: Record<string, string> = {}): string {
  const { success, stdout, stderr } = new Deno.Command("git", {
    args: [`--git-dir=${bare}`, ...args],
    env: { ...env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}
