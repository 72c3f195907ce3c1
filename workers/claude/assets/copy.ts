import { lstatSync } from "node:fs";
import { join } from "node:path";
import { versionOf } from "@/server/registry/files.ts";

export function stateOf(path: string): string {
  const found = look(path);
  if (!found?.isDirectory) return found?.isFile ? `${path} ${versionOf(found)}` : "";
  const entries = [...Deno.readDirSync(path)].map(({ name }) => stateOf(join(path, name)));
  return [path, ...entries.filter(Boolean).sort()].join("\n");
}

function look(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Readable for all, writable for nobody. False: there is nothing to copy. */
export function copyReadOnly(from: string, to: string): boolean {
  const found = lstatSync(from, { throwIfNoEntry: false });
  if (found?.isDirectory()) copyFolder(from, to);
  else if (found?.isFile()) copyFile(from, to, found.mode & 0o111 ? 0o555 : 0o444);
  else return false;
  return true;
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name } of Deno.readDirSync(from)) copyReadOnly(join(from, name), join(to, name));
  Deno.chmodSync(to, 0o555);
}

function copyFile(from: string, to: string, mode: number): void {
  try {
    Deno.copyFileSync(from, to);
    Deno.chmodSync(to, mode);
  } catch (error) {
    // Gone since we looked: a newer version follows.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
