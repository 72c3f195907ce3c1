import { RepositoryError } from "@/workers/repository/refusal.ts";
import { exists } from "@/workers/workspace/bare.ts";
import { localGit } from "@/workers/workspace/local_git.ts";

/** A commit that was made on this machine and is not there any more: it has to be made again. */
export class LostCommit extends RepositoryError {
  constructor(commit: string, machine_id: string) {
    super(
      `The commit ${
        commit.slice(0, 12)
      } is not on machine ${machine_id} any more, since its copy ` +
        "of the repository was broken or removed: the executor has to run again",
      "push",
    );
  }
}

export async function hasCommit(bare: string, commit: string): Promise<boolean> {
  if (!await exists(bare)) return false;
  const git = localGit({ git_dir: bare, stage: "push", doing: "Reading the commit" });
  const { code } = await git.ask(["rev-list", "--quiet", "--objects", `${commit}^!`, "--"]);
  return code === 0;
}
