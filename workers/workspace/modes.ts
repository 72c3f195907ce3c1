import { RepositoryError } from "@/workers/repository/refusal.ts";

/** To be read by everybody who gets as far, written by nobody. Touches only what is not so. */
export const closeTree = (path: string): Promise<void> =>
  change(path, ["(", "-perm", "/222", "-o", "!", "-perm", "-444", ")"], "a+rX,a-w");

/** So that git can replace files there. */
export const openFolders = (path: string): Promise<void> => change(path, ["-type", "d"], "u+w");

export const openTree = (path: string): Promise<void> =>
  change(path, ["!", "-perm", "-200"], "u+w");

async function change(path: string, which: string[], mode: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("find", {
    args: [path, ...which, "-exec", "chmod", mode, "--", "{}", "+"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new RepositoryError(new TextDecoder().decode(stderr).trim());
}
