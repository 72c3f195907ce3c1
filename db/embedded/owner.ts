import { join } from "node:path";

export async function chownAll(dir: string, owner: number): Promise<void> {
  const { uid } = await Deno.stat(dir);
  if (uid !== owner) await chownTree(dir, owner);
}

async function chownTree(dir: string, owner: number): Promise<void> {
  for await (const entry of Deno.readDir(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory) await chownTree(path, owner);
    else if (!entry.isSymlink) await Deno.chown(path, owner, owner);
  }
  await Deno.chown(dir, owner, owner); // last: the folder's owner says that all of it is done
}
