import type { AppContext } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";
import { staticFile } from "@/views/static.ts";

/** Files whose address holds a hash of their content: kept for ever by browsers. */
export function serveStatic(c: AppContext): Response {
  const file = staticFile(c.req.param("name") ?? "");
  if (!file) throw new HttpProblem(404, "There is no such file.");
  c.header("etag", file.etag);
  c.header("cache-control", "public, max-age=31536000, immutable");
  c.header("vary", "accept-encoding");
  if (c.req.header("if-none-match") === file.etag) return c.body(null, 304);
  c.header("content-type", file.type);
  if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(file.body);
  c.header("content-encoding", "gzip");
  return c.body(file.gzipped);
}
