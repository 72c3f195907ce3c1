import { git, type GitRun } from "@/workers/repository/git.ts";
import { inBare } from "@/workers/workspace/bare.ts";
import { type Contents, readContents } from "@/workers/workspace/contents.ts";

/** Beyond it, reading all is as quick. */
const MOST_CHANGES = 2000;

const LINE = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]$/;
const SUBMODULE = "160000";
const NOTHING = "000000";

interface Side {
  mode: string;
  id: string;
}

/**
 * What a commit holds, told from what another one does: of 20,000 files in which a hundred have
 * changed, in a fifth of the time that it takes to read all.
 */
export async function contentsAfter(
  run: GitRun,
  before: { head: string; contents: Contents },
  head: string,
): Promise<Contents> {
  if (before.head === head) return before.contents;
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", before.head, head];
  const said = (await inBare(run, args)).split("\0");
  const lines = said.filter((_, n) => n % 2 === 0).slice(0, -1);
  const paths = said.filter((_, n) => n % 2 === 1);
  const touches_attributes = paths.some((path) => /(^|\/)\.gitattributes$/.test(path));
  if (lines.length > MOST_CHANGES || touches_attributes) return await readContents(run, head);
  const gone: Side[] = [];
  const come: Side[] = [];
  for (const line of lines) {
    const [, old_mode, new_mode, old_id, new_id] = line.match(LINE)!;
    gone.push({ mode: old_mode, id: old_id });
    come.push({ mode: new_mode, id: new_id });
  }
  const sizes = await sizesOf(run, [...gone, ...come].filter(isFile).map(({ id }) => id));
  const [less, more] = [gone, come].map((sides) => sum(sides, sizes));
  const { files, bytes, submodules, lfs } = before.contents;
  return {
    files: files - less.files + more.files,
    bytes: bytes - less.bytes + more.bytes,
    submodules: submodules - less.submodules + more.submodules,
    lfs,
  };
}

const isFile = ({ mode }: Side): boolean => mode !== SUBMODULE && mode !== NOTHING;

function sum(sides: Side[], sizes: Map<string, number>) {
  const files = sides.filter(isFile);
  return {
    files: files.length,
    bytes: files.reduce((bytes, { id }) => bytes + sizes.get(id)!, 0),
    submodules: sides.filter(({ mode }) => mode === SUBMODULE).length,
  };
}

async function sizesOf(run: GitRun, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const args = [`--git-dir=${run.dest}`, "cat-file", "--batch-check=%(objectname) %(objectsize)"];
  const listed = await git(run, args, `${ids.join("\n")}\n`);
  const pairs = listed.trimEnd().split("\n").map((line) => line.split(" "));
  return new Map(pairs.map(([id, size]) => [id, Number(size)]));
}
