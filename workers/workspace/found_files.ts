import { dirname, join } from "node:path";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import type { LocalGit } from "@/workers/workspace/local_git.ts";
import { pathProblem } from "@/workers/workspace/path_problem.ts";
import { firstFew, safeText } from "@/workers/workspace/safe_text.ts";
import { readTree } from "@/workers/workspace/tree.ts";

export interface FileLimits {
  max_file_bytes: number;
  max_total_bytes: number;
  /** For git they are what they were, whatever lies there. */
  same?: string[];
}

const MOST_NAMED = 10;
/** git opens these wherever they lie, and would wait for ever at a named pipe. */
const OPENED = [".gitignore", ".gitattributes"];
const MAX_RULES_BYTES = 1_000_000;

/** The folder itself may be a symlink by now, to anything that the worker can read. */
export async function refuseMovedFolder(files: string): Promise<void> {
  for (const path of [dirname(files), files]) {
    const there = await Deno.lstat(path).catch(() => null);
    if (!there?.isDirectory) throw refused(["the run's folder is gone, or was replaced"]);
  }
}

/** Before git looks at the folder: what would make it wait. Throws RepositoryError. */
export async function refuseTraps(files: string): Promise<void> {
  const found: string[] = [];
  for await (const path of trapsIn(files, "")) found.push(path);
  if (found.length > 0) {
    throw refused(found.map((path) => `${path} is no ordinary file, or too large for what it is`));
  }
}

async function* trapsIn(root: string, below: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(root, below))) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (path === ".git") continue;
    if (entry.isDirectory) yield* trapsIn(root, path);
    else if (isOpened(path) && await isTrap(join(root, path))) yield path;
  }
}

const isOpened = (path: string) =>
  path.includes("/.git/") || OPENED.includes(path.slice(path.lastIndexOf("/") + 1));

async function isTrap(path: string): Promise<boolean> {
  const { isSymlink, isFile, size } = await Deno.lstat(path);
  return !isSymlink &&
    (!isFile || size > MAX_RULES_BYTES && OPENED.some((name) => path.endsWith(name)));
}

/** Before anything is hashed: what may not go in, by names and sizes. Throws RepositoryError. */
export async function refuseFiles(
  git: LocalGit,
  files: string,
  head: string,
  limits: FileLimits,
): Promise<void> {
  const problems: string[] = [];
  const same = new Set(limits.same);
  let total = 0;
  for await (const { path, problem, bytes } of changedFiles(git, files, head)) {
    if (same.has(path)) continue;
    total += bytes;
    if (problem) problems.push(`${path} ${problem}`);
    else if (bytes > limits.max_file_bytes) {
      problems.push(`${path} has ${bytes} bytes, at most ${limits.max_file_bytes} may go in`);
    }
  }
  if (problems.length === 0 && total > limits.max_total_bytes) {
    problems.push(`all new files have ${total} bytes, at most ${limits.max_total_bytes} may go in`);
  }
  if (problems.length > 0) throw refused(problems);
}

interface FoundFile {
  path: string;
  problem: string | null;
  bytes: number;
}

async function* changedFiles(
  git: LocalGit,
  files: string,
  head: string,
): AsyncGenerator<FoundFile> {
  for (const [path, { bytes, mode }] of await readTree(git, head)) {
    const there = mode === "160000" ? null : await Deno.lstat(join(files, path)).catch(() => null);
    if (there?.isFile && there.size !== bytes) yield { path, problem: null, bytes: there.size };
    else if (there && isSpecial(there)) yield { path, problem: "is no file any more", bytes: 0 };
  }
  const others = await git(["ls-files", "-z", "--others", "--exclude-standard"]);
  for (const path of others.split("\0").filter(Boolean)) yield await otherFile(files, path);
}

async function otherFile(files: string, path: string): Promise<FoundFile> {
  if (path.endsWith("/")) {
    const problem = "is a git repository of its own: its .git folder has to go";
    return { path, problem, bytes: 0 };
  }
  const there = await Deno.lstat(join(files, path)).catch(() => null);
  return { path, problem: pathProblem(path), bytes: there?.isFile ? there.size : 0 };
}

const isSpecial = ({ isFile, isDirectory, isSymlink }: Deno.FileInfo) =>
  !isFile && !isDirectory && !isSymlink;

function refused(problems: string[]): RepositoryError {
  const said = firstFew(problems.map((problem) => safeText(problem)), MOST_NAMED).join("; ");
  return new RepositoryError(`What the run left cannot be committed: ${said}`, "commit");
}
