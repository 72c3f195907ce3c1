import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import type Postgres from "postgres";
import { type Mend, MENDS } from "./driver/mends.ts";

// postgres.js 3.4.9, the newest there is, brings the process down, hangs or answers wrongly when a
// connection is lost at the wrong moment: see docs/decisions/0022-driver-mended-at-load.md.

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve("postgres"));

export const postgres: typeof Postgres = loadMended();

function loadMended(): typeof Postgres {
  for (const [file, mends] of Object.entries(MENDS)) compile(join(folder, file), mends);
  return require("postgres");
}

function compile(path: string, mends: Mend[]): void {
  // deno-lint-ignore no-explicit-any -- not in the types of Module
  const module = new Module(path) as any;
  module.filename = path;
  module.paths = [];
  module._compile(mended(readFileSync(path, "utf8"), mends), path);
  module.loaded = true;
  require.cache[path] = module;
}

/** The text with all mends. Throws when it is not the text that they were made for. */
export function mended(text: string, mends: Mend[]): string {
  return mends.reduce((text, { why, find, put }) => {
    const parts = text.split(find);
    if (parts.length === 2) return parts.join(put);
    throw new Error(
      `postgres.js has changed: "${why}" finds its place ${parts.length - 1} times. ` +
        "Look into db/driver/mends.ts.",
    );
  }, text);
}
