import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Chromium {
  executable: string;
  env: Record<string, string>;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * A Chromium for the tests: `CHROMIUM_BIN`, else the one that comes from npm (Linux x86-64), else
 * one on PATH. Throws with what to set when there is none.
 */
export async function findChromium(): Promise<Chromium> {
  const named = Deno.env.get("CHROMIUM_BIN");
  if (named) return { executable: named, env: {} };
  if (Deno.build.os === "linux" && Deno.build.arch === "x86_64") return await fromNpm();
  const found = onPath();
  if (found) return { executable: found, env: {} };
  throw new Error(
    "No Chromium for the browser tests: the one from npm is for Linux x86-64 only. Install one, or " +
      "set CHROMIUM_BIN to its path.",
  );
}

function onPath(): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter(Boolean);
  for (const path of folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

async function fromNpm(): Promise<Chromium> {
  const manifest = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const folder = join(Deno.env.get("TMPDIR") ?? "/tmp", `chromium-${uidName()}`);
  await Deno.mkdir(folder, { recursive: true, mode: 0o711 });
  await unpackOnce(folder, join(dirname(manifest), "..", "bin"));
  return {
    executable: join(folder, "chromium"),
    env: {
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_PATH: join(folder, "fonts"),
    },
  };
}

const uidName = () => String(Deno.uid() ?? "any");

/** Test files run side by side, and the package takes a half-written file for a whole one. */
async function unpackOnce(folder: string, bin: string): Promise<void> {
  using lock = await Deno.open(join(folder, "lock"), { create: true, write: true });
  await lock.lock(true);
  const done = join(folder, "unpacked");
  try {
    await Deno.stat(done);
    return;
  } catch {
    await unpack(folder, bin);
    await Deno.writeTextFile(join(folder, "fonts", "fonts.conf"), fontsConf(folder));
    await Deno.writeTextFile(done, "");
  }
}

/** The package's own names /tmp/fonts, and a Chromium without any font dies of an empty password. */
const fontsConf = (folder: string) =>
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;

/** The package goes by these variables, and would leave its library path in our environment. */
async function unpack(folder: string, bin: string): Promise<void> {
  const { default: chromium } = await import("@sparticuz/chromium");
  const before = { TMPDIR: Deno.env.get("TMPDIR"), AWS_EXECUTION_ENV: undefined };
  Deno.env.set("TMPDIR", folder);
  Deno.env.set("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs22.x");
  try {
    await chromium.executablePath(bin);
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}
