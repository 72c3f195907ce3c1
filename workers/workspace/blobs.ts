import type { LocalGit } from "@/workers/workspace/local_git.ts";

const BATCH_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 10;

/** What the objects hold, a few megabytes of them in memory at a time. */
export async function* readBlobs(
  git: LocalGit,
  wanted: { id: string; bytes: number }[],
): AsyncGenerator<{ id: string; content: Uint8Array }> {
  for (const ids of batches(wanted)) {
    const { stdoutBytes } = await git.ask(["cat-file", "--batch"], `${ids.join("\n")}\n`);
    yield* parse(stdoutBytes);
  }
}

function batches(wanted: { id: string; bytes: number }[]): string[][] {
  const all: string[][] = [];
  let room = 0;
  for (const { id, bytes } of wanted) {
    if (all.length === 0 || room < bytes) {
      all.push([]);
      room = BATCH_BYTES;
    }
    all.at(-1)!.push(id);
    room -= bytes;
  }
  return all;
}

/** `ID blob SIZE`, the bytes, a line feed; `ID missing` for what is not there. */
function* parse(printed: Uint8Array): Generator<{ id: string; content: Uint8Array }> {
  for (let at = 0; at < printed.length;) {
    const end = printed.indexOf(LINE_FEED, at);
    const [id, , size] = new TextDecoder().decode(printed.subarray(at, end)).split(" ");
    at = end + 1;
    if (size === undefined) continue;
    yield { id, content: printed.subarray(at, at + Number(size)) };
    at += Number(size) + 1;
  }
}
