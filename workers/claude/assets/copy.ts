import { lstatSync } from "node:fs";
import { join } from "node:path";
import { versionOf } from "@/server/registry/files.ts";

export function stateOf(path: string): string {
  const found = unlessGone(() => Deno.lstatSync(path));
  if (!found?.isDirectory) return found?.isFile ? `${path} ${versionOf(found)}` : "";
  const entries = namesIn(path).map((name) => stateOf(join(path, name)));
  return [path, ...entries.filter(Boolean).sort()].join("\n");
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
  for (const name of namesIn(from)) copyReadOnly(join(from, name), join(to, name));
  Deno.chmodSync(to, 0o555);
}

function copyFile(from: string, to: string, mode: number): void {
  unlessGone(() => {
    Deno.copyFileSync(from, to);
    Deno.chmodSync(to, mode);
  });
}

const namesIn = (folder: string): string[] =>
  unlessGone(() => [...Deno.readDirSync(folder)].map(({ name }) => name)) ?? [];

/** Somebody may be at work there: what is gone since we looked makes a newer version. */
function unlessGone<Found>(find: () => Found): Found | null {
  try {
    return find();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
