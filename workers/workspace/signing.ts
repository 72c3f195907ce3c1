import { join } from "node:path";
import { removeTree } from "@/workers/claude/folders.ts";
import { RepositoryError } from "@/workers/repository/refusal.ts";

/** Calls with git's arguments that sign by SSH, `[]` without a key. The key lies in a file meanwhile. */
export async function withSigning<T>(
  git_dir: string,
  key: string | null,
  act: (args: string[]) => Promise<T>,
): Promise<T> {
  if (key === null) return await act([]);
  const folder = join(git_dir, "signing");
  await removeTree(folder); // of a worker that was killed
  try {
    await Deno.mkdir(folder, { mode: 0o700 });
    const path = join(folder, "key");
    await Deno.writeTextFile(path, asFile(key), { mode: 0o600, createNew: true });
    return await act(["-c", "gpg.format=ssh", "-c", `user.signingKey=${path}`]);
  } catch (error) {
    throw inWords(error);
  } finally {
    await removeTree(folder);
  }
}

/** ssh-keygen wants line feeds, and one at the end. */
const asFile = (key: string) => `${key.replaceAll("\r\n", "\n").replaceAll("\\n", "\n").trim()}\n`;

function inWords(error: unknown): unknown {
  if (!(error instanceof RepositoryError) || !error.permanent) return error;
  return new RepositoryError(
    "The commit could not be signed: GIT_SIGNING_KEY has to be a private SSH key without a " +
      "passphrase, and ssh-keygen be installed for the worker",
    "commit",
  );
}
