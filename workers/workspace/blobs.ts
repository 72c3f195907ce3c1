import { RepositoryError } from "@/workers/repository/refusal.ts";
import type { LocalGit } from "@/workers/workspace/local_git.ts";

const BATCH_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 10;

/** What the objects hold, in their order, some megabytes in memory at a time. Throws RepositoryError. */
export async function* readBlobs(
  git: LocalGit,
  wanted: { id: string; bytes: number }[],
): AsyncGenerator<Uint8Array, void> {
  for (const ids of batches(wanted)) {
    const { code, stdoutBytes } = await git.ask(["cat-file", "--batch"], `${ids.join("\n")}\n`);
    const contents = [...parse(stdoutBytes)];
    if (code !== 0 || contents.length !== ids.length) {
      throw new RepositoryError("Files of the commit are missing on this machine", "check", false);
    }
    yield* contents;
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
function* parse(printed: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < printed.length;) {
    const end = printed.indexOf(LINE_FEED, at);
    const [, , size] = new TextDecoder().decode(printed.subarray(at, end)).split(" ");
    at = end + 1;
    if (size === undefined) continue;
    yield printed.subarray(at, at + Number(size));
    at += Number(size) + 1;
  }
}
