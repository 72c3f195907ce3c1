import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { App } from "@/server/env.ts";

// What the package's own example starts with, as a file: our policy allows no inline script.
const START = `SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: false,
});
`;

const FILES: Record<string, { type: string; read(): Promise<Uint8Array<ArrayBuffer>> }> = {
  "swagger-ui.css": { type: "text/css; charset=utf-8", read: () => fromPackage("swagger-ui.css") },
  "swagger-ui-bundle.js": {
    type: "text/javascript; charset=utf-8",
    read: () => fromPackage("swagger-ui-bundle.js"),
  },
  "start.js": {
    type: "text/javascript; charset=utf-8",
    read: () => Promise.resolve(new TextEncoder().encode(START)),
  },
};

function fromPackage(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return Deno.readFile(join(folder, name));
}

/** What the docs page loads, from the npm package: no CDN. */
export function mountDocsFiles(app: App): void {
  for (const [name, file] of Object.entries(FILES)) {
    app.get(`/static/docs/${name}`, async (c) =>
      c.body(await file.read(), 200, {
        "content-type": file.type,
        "cache-control": "public, max-age=3600",
      }));
  }
}
