import { dirname, join } from "node:path";

/** Branches of the bare repositories below a folder, by their files alone. */
export interface BareRefs {
  /** Null: there is no such branch. */
  head(repository: string, branch: string): string | null;
  remove(repository: string, branch: string): void;
  set(repository: string, branch: string, sha: string): void;
  /** Where the repositories are; null: branches are no more than names. */
  bare(repository: string): string | null;
}

export function bareRefs(folder: string): BareRefs {
  const file = (repository: string, ...names: string[]) =>
    join(folder, `${repository}.git`, ...names);
  return {
    head(repository, branch) {
      const loose = read(file(repository, "refs/heads", branch)).trim();
      if (loose) return loose;
      const packed = read(file(repository, "packed-refs")).split("\n");
      return packed.find((line) => line.endsWith(` refs/heads/${branch}`))?.split(" ")[0] ?? null;
    },
    remove(repository, branch) {
      const packed = file(repository, "packed-refs");
      const kept = read(packed).split("\n").filter((line) =>
        !line.endsWith(` refs/heads/${branch}`)
      );
      if (kept.length > 1) Deno.writeTextFileSync(packed, kept.join("\n"));
      try {
        Deno.removeSync(file(repository, "refs/heads", branch));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
    set(repository, branch, sha) {
      const loose = file(repository, "refs/heads", branch);
      Deno.mkdirSync(dirname(loose), { recursive: true });
      Deno.writeTextFileSync(loose, `${sha}\n`);
    },
    bare: (repository) => file(repository),
  };
}

/** The same without repositories, by what is set. */
export function setRefs(): BareRefs {
  const heads = new Map<string, string>();
  const key = (repository: string, branch: string) => `${repository} ${branch}`;
  return {
    head: (repository, branch) => heads.get(key(repository, branch)) ?? null,
    remove: (repository, branch) => void heads.delete(key(repository, branch)),
    set: (repository, branch, sha) => void heads.set(key(repository, branch), sha),
    bare: () => null,
  };
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
