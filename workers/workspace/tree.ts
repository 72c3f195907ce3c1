import type { LocalGit } from "@/workers/workspace/local_git.ts";

export interface TreeEntry {
  mode: string;
  id: string;
  /** 0 for what is no file. */
  bytes: number;
}

/** One path of a commit against another one; a side that has nothing there has mode 000000. */
export interface Difference {
  path: string;
  old_path?: string;
  status: string;
  old: { mode: string; id: string };
  now: { mode: string; id: string };
}

export interface ReadCommit {
  tree: string;
  parents: string[];
  signed: boolean;
  message: string;
}

/** Every file of a commit's tree by its path. */
export async function readTree(git: LocalGit, commit: string): Promise<Map<string, TreeEntry>> {
  const listed = await git(["ls-tree", "-r", "-z", "--long", "--full-tree", commit]);
  return new Map(
    listed.split("\0").filter(Boolean).map((line) => {
      const tab = line.indexOf("\t");
      const [mode, , id, bytes] = line.slice(0, tab).split(/ +/);
      return [line.slice(tab + 1), { mode, id, bytes: Number(bytes) || 0 }];
    }),
  );
}

/** What differs between two commits, by their trees. */
export async function differences(
  git: LocalGit,
  base: string,
  commit: string,
  { renames }: { renames: boolean },
): Promise<Difference[]> {
  const how = renames ? "-M" : "--no-renames";
  const args = [
    "diff-tree",
    "-r",
    "-z",
    "--raw",
    "--no-abbrev",
    "--no-ext-diff",
    how,
    base,
    commit,
  ];
  const words = (await git(args)).split("\0").filter(Boolean);
  const found: Difference[] = [];
  for (let at = 0; at < words.length;) {
    const [old_mode, mode, old_id, id, status] = words[at++].slice(1).split(" ");
    const old_path = /^[RC]/.test(status) ? words[at++] : undefined;
    const path = words[at++];
    const sides = { old: { mode: old_mode, id: old_id }, now: { mode, id } };
    found.push({ path, old_path, status: status[0], ...sides });
  }
  return found;
}

export async function readCommit(git: LocalGit, commit: string): Promise<ReadCommit> {
  const text = await git(["cat-file", "commit", commit]);
  const end = text.indexOf("\n\n");
  const header = text.slice(0, end).split("\n");
  const values = (name: string) =>
    header.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    tree: values("tree")[0],
    parents: values("parent"),
    signed: values("gpgsig").length + values("gpgsig-sha256").length > 0,
    message: text.slice(end + 2),
  };
}
