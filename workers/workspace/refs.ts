import { RepositoryError } from "@/workers/repository/refusal.ts";

/** By the rules of git check-ref-format. Throws RepositoryError. */
export function fullRef(ref: string): string {
  const name = ref.startsWith("refs/") ? ref : `refs/${ref}`;
  if (isRefName(name)) return name;
  throw new RepositoryError(`${JSON.stringify(ref.slice(0, 200))} is not a name that git takes`);
}

export const headRef = (branch: string): string => fullRef(`refs/heads/${branch}`);

/** Where the bare repository keeps what the host calls so. */
export function keptRef(ref: string): string {
  return ref.startsWith("refs/heads/")
    ? ref.replace("refs/heads/", "refs/remotes/origin/")
    : ref.replace("refs/", "refs/remotes/");
}

/** As people call it. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/(heads\/)?/, "");

function isRefName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- git takes none of them
  if (name.length > 1000 || /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|[/.]$/.test(name)) return false;
  const parts = name.split("/");
  return parts.length > 2 && parts.every((part) => !/^[.-]|\.lock$/.test(part));
}
