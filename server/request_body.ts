import { createMiddleware } from "hono/factory";
import type { AppContext, AppDeps, AppEnv } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";
import { type Body, readBody } from "@/server/request_body/body.ts";
import { budgetOfProcess } from "@/server/request_body/budget.ts";
import { BufferingSink } from "@/server/request_body/sink.ts";

/** Of anything but a delivery: a prompt of 100,000 characters, however escaped. */
const LONGEST_BYTES = 2 * 1024 * 1024;
/** Of somebody who signs in. */
const LONGEST_SIGN_IN_BYTES = 16 * 1024;
const TIMEOUT_MS = 30_000;

/** As deliveries are read: the platform holds 64 KiB for each chunk, be it one byte long. */
export const limitBody = ({ budget = budgetOfProcess }: Pick<AppDeps, "budget">) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (!hasBody(c)) return await next();
    const max_bytes = c.get("principal") === undefined ? LONGEST_SIGN_IN_BYTES : LONGEST_BYTES;
    const sink = new BufferingSink(budget, max_bytes);
    const { raw } = c.req;
    const read = await readBody(raw, { max_bytes, timeout_ms: TIMEOUT_MS }, sink);
    if (!read.ok) throw refused(read, max_bytes);
    const { method, headers } = raw;
    c.req.raw = new Request(raw.url, { method, headers, body: read.bytes });
    try {
      await next();
    } finally {
      sink.release();
    }
  });

// HTTP/2 has no Transfer-Encoding, and nobody reads a body that does not say what it is.
function hasBody({ req }: AppContext): boolean {
  if (req.method === "GET" || req.method === "HEAD") return false;
  const length = req.header("content-length");
  if (length !== undefined) return Number(length) > 0;
  return (req.header("transfer-encoding") ?? req.header("content-type")) !== undefined;
}

function refused({ status, reason }: Extract<Body, { ok: false }>, max_bytes: number) {
  if (status === 413) return new HttpProblem(413, `A body may have at most ${max_bytes} bytes.`);
  const headers = status === 503 ? { "retry-after": "5" } : undefined;
  return new HttpProblem(status, `The body was not read: ${reason}.`, { headers });
}
