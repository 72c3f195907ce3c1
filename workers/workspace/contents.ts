import { z } from "zod";
import type { GitRun } from "@/workers/repository/git.ts";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import { inBare } from "@/workers/workspace/bare.ts";

/** What a commit holds, and what of it a checkout leaves out. */
export const contents = z.object({
  files: z.int(),
  bytes: z.int(),
  /** Other repositories within it. */
  submodules: z.int(),
  /** Whether some files are kept by Git LFS: only pointers to them are there. */
  lfs: z.boolean(),
});

export type Contents = z.infer<typeof contents>;

const ENTRY = /^\d+ (blob|commit) [0-9a-f]+ +(\d+|-)\t/;
const IS_ATTRIBUTES = /\t(.*\/)?\.gitattributes$/;

export async function readContents(run: GitRun, commit: string): Promise<Contents> {
  const listed = await inBare(run, ["ls-tree", "-r", "-z", "--long", commit]);
  const seen = { files: 0, bytes: 0, submodules: 0, lfs: false };
  let has_attributes = false;
  for (const line of listed.split("\0")) {
    const [, kind, size] = line.match(ENTRY) ?? [];
    if (kind === "commit") seen.submodules++;
    if (kind !== "blob") continue;
    seen.files++;
    seen.bytes += Number(size);
    has_attributes ||= IS_ATTRIBUTES.test(line);
  }
  seen.lfs = has_attributes && await usesLfs(run, commit);
  return seen;
}

async function usesLfs(run: GitRun, commit: string): Promise<boolean> {
  const paths = [".gitattributes", ":(glob)**/.gitattributes"];
  const args = [
    "grep",
    "--no-recurse-submodules",
    "-l",
    "-F",
    "filter=lfs",
    commit,
    "--",
    ...paths,
  ];
  return await inBare(run, args).then((found) => found !== "", () => false);
}

/** A small pack may hold huge files. Throws RepositoryError. */
export function refuseLarge({ url }: GitRun, { bytes }: Contents, most: number): void {
  if (bytes <= most) return;
  throw new RepositoryError(
    `The files of ${url.href} are too large: ${bytes} bytes, at most ${most} are taken`,
  );
}
