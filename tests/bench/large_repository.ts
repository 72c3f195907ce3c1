/** A bare repository with a history, by `git fast-import`. */

const BRANCH = "refs/heads/trunk";
const LINES = 20;
const FILES_PER_COMMIT = 3;

/** Returns what adds commits to it, as a push would. */
export async function makeLargeRepository(
  path: string,
  files: number,
  commits: number,
): Promise<(commits: number) => Promise<void>> {
  await git(["init", "--quiet", "--bare", "--template=", "--initial-branch=trunk", path]);
  let made = 0;
  await importInto(path, history(files, commits, made));
  await git(["-C", path, "repack", "-a", "-d", "--quiet"]);
  made = commits;
  return async (more) => {
    await importInto(path, history(files, more, made));
    made += more;
  };
}

function* history(files: number, commits: number, before: number): Generator<string> {
  for (let at = before; at < before + commits; at++) {
    const message = `commit ${at}`;
    yield `commit ${BRANCH}\ncommitter A <a@example.com> ${1_700_000_000 + at * 60} +0000\n` +
      `data ${message.length}\n${message}\n` +
      (at === before && before > 0 ? `from ${BRANCH}^0\n` : "");
    const changed = at === 0
      ? Array(files).keys()
      : Array(FILES_PER_COMMIT).keys().map((n) => (at * 7919 + n * 104_729) % files);
    for (const file of changed) yield fileOf(file, at);
    yield "\n";
  }
}

function fileOf(file: number, revision: number): string {
  const folder = `src/part${Math.floor(file / 400)}/area${Math.floor(file / 20) % 20}`;
  const lines = Array(LINES).keys().map((line) =>
    `export const value_${file}_${line} = ${(file * 31 + line * 17 + revision) % 99_991};\n`
  );
  const text = [...lines].join("");
  return `M 100644 inline ${folder}/file${file}.ts\ndata ${text.length}\n${text}\n`;
}

async function importInto(path: string, parts: Iterable<string>): Promise<void> {
  const child = new Deno.Command("git", {
    args: ["-C", path, "fast-import", "--quiet"],
    stdin: "piped",
  }).spawn();
  await ReadableStream.from(parts).pipeThrough(new TextEncoderStream()).pipeTo(child.stdin);
  if (!(await child.status).success) throw new Error("git fast-import failed");
}

async function git(args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
