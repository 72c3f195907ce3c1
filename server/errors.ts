import { STATUS_CODES } from "node:http";
import { getLogger } from "@logtape/logtape";
import { HTTPException } from "hono/http-exception";
import type { ZodError } from "zod";
import type { Database } from "@/db/client.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { noteOutage } from "@/server/outage.ts";

const log = getLogger(["agent", "server"]);

export interface FieldError {
  path: string;
  message: string;
}

/** An answer that is not what was asked for, thrown by whoever notices. RFC 9457. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly more: { errors?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
  }

  get title(): string {
    return STATUS_CODES[this.status] ?? "Error";
  }

  toJSON() {
    const { status, title, detail } = this;
    const errors = this.more.errors && { errors: this.more.errors };
    return { type: "about:blank", title, status, detail, ...errors };
  }
}

/** 404 for an id that is unknown, or no id at all. */
export const unknown = (what: string, id: string): HttpProblem =>
  new HttpProblem(404, `There is no ${what} ${JSON.stringify(id.slice(0, 100))}.`);

export const invalid = (path: string, message: string): HttpProblem =>
  new HttpProblem(422, `${path}: ${message}`, { errors: [{ path, message }] });

export const conflict = (detail: string): HttpProblem => new HttpProblem(409, detail);

/** 503 for what Postgres or we cannot take at the moment. */
export const unavailable = (detail: string): HttpProblem =>
  new HttpProblem(503, detail, { headers: { "retry-after": "2" } });

/** What only we may know is logged, not told. */
export function toProblem(error: unknown, db: Database): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof HTTPException) {
    return new HttpProblem(error.status, error.message || (STATUS_CODES[error.status] ?? ""));
  }
  if (noteOutage(db, error, { refused: 1 })) {
    return unavailable("The database is not reachable at the moment; try again.");
  }
  return unexpected(error);
}

function unexpected(error: unknown): HttpProblem {
  log.error("unexpected: {error}", { error: error instanceof Error ? error.stack : error });
  return new HttpProblem(500, "Something broke here. The server's log says what.");
}

/** The answer to a request that not even the error handler could answer. */
export const lastAnswer = (error: unknown): Response => problemDocument(unexpected(error));

export function problemDocument(problem: HttpProblem): Response {
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...headers, ...problem.more.headers },
  });
}

/** Writes a problem as a document, or as a page where a browser asks for one. */
export function answerProblem(
  c: AppContext,
  problem: HttpProblem,
  { pages }: Pick<AppDeps, "pages">,
): Response | Promise<Response> {
  for (const [name, value] of Object.entries(problem.more.headers ?? {})) c.header(name, value);
  if (pages && wantsPage(c)) return pages.problemPage(c, problem);
  return c.body(JSON.stringify(problem), problem.status as 400, {
    "content-type": "application/problem+json",
  });
}

/** True when the caller is somebody who reads HTML, away from the API and from the webhooks. */
export function wantsPage(c: AppContext): boolean {
  const is_api = c.req.path.startsWith("/api/") && c.req.path !== "/api/docs";
  const is_delivery = c.req.method === "POST" && /^\/webhooks\/[^/]+(\/[^/]+)?$/.test(c.req.path);
  return !is_api && !is_delivery &&
    (c.req.header("accept") ?? "").includes("text/html");
}

/** Throws 422 for a request that does not fit its schema. */
export function invalidRequest(
  result: { success: true } | { success: false; target: string; error: ZodError },
): void {
  if (result.success) return;
  const errors = result.error.issues.map(({ path, message }) => ({
    path: path.join(".") || result.target,
    message,
  }));
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new HttpProblem(422, detail, { errors });
}
