import { join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import type { Workspace } from "@/workers/workspace.ts";

/** From `.git/objects` in the run's files to where its sandbox shows the repository's objects. */
const OBJECTS = "../../../../objects";
const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = false
\tsymlinks = false
\tcheckStat = minimal
\ttrustctime = false
[gc]
\tauto = 0
`;

/** The history for a run with a shell. What it does there, nobody reads. */
export async function writeOwnGit(
  { files, git_dir, head, base_branch, base_commit }: Workspace,
  branch: string | null,
): Promise<void> {
  const own = join(files, ".git");
  const write = (name: string, text: string) => Deno.writeTextFile(join(own, name), text);
  await removeTree(own);
  await Deno.mkdir(join(own, "objects", "info"), { recursive: true });
  await Deno.mkdir(join(own, "refs", "heads"), { recursive: true });
  await write("config", CONFIG);
  await write("objects/info/alternates", `${OBJECTS}\n`);
  const here = branch ? [`${head} refs/heads/${branch}`] : [];
  const refs = [...here, `${base_commit} refs/remotes/origin/${base_branch}`];
  await write("packed-refs", `# pack-refs with: peeled fully-peeled\n${refs.join("\n")}\n`);
  await write("HEAD", branch ? `ref: refs/heads/${branch}\n` : `${head}\n`);
  await Deno.copyFile(join(git_dir, "index"), join(own, "index"));
}
