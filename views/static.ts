import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

/** Its address changes with its content. */
export interface StaticFile {
  body: Uint8Array<ArrayBuffer>;
  gzipped: Uint8Array<ArrayBuffer>;
  type: string;
  etag: string;
}

const own = (name: string) => new URL(`./static/${name}`, import.meta.url);
const fromNpm = (name: string) => createRequire(import.meta.url).resolve(name);

/** Served as one; a later one may override an earlier one. */
const SHEETS = ["theme", "frame", "controls", "forms", "states", "lists", "overview", "task"]
  .concat(
    "output",
    "markdown",
    "chat",
    "delivery",
    "flow",
    "outside",
    "charts",
    "webhook",
    "command",
    "narrow",
  );

const SOURCES: Record<string, URL | string | URL[]> = {
  "app.css": SHEETS.map((sheet) => own(`css/${sheet}.css`)),
  "app.js": own("app.js"),
  "icon.svg": own("icon.svg"),
  "htmx.js": fromNpm("htmx.org/dist/htmx.min.js"),
  "hx-sse.js": fromNpm("htmx.org/dist/ext/hx-sse.min.js"),
};

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

const files = new Map<string, StaticFile>();
const addresses = new Map<string, string>();
for (const [name, source] of Object.entries(SOURCES)) {
  const body = Buffer.concat([source].flat().map((part) => Deno.readFileSync(part)));
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const [base, extension] = [name.slice(0, name.lastIndexOf(".")), name.split(".").pop()!];
  const hashed = `${base}.${hash}.${extension}`;
  const gzipped = new Uint8Array(gzipSync(body, { level: 9 }));
  files.set(hashed, { body, gzipped, type: TYPES[extension], etag: `"${hash}"` });
  addresses.set(name, `/static/${hashed}`);
}

/** The address of a file. Throws for one that is not listed above. */
export function asset(name: string): string {
  const address = addresses.get(name);
  if (!address) throw new Error(`views/static.ts does not list ${name}`);
  return address;
}

/** The file at `/static/{name}`, or null. Nothing is looked up on disk. */
export const staticFile = (name: string): StaticFile | null => files.get(name) ?? null;
