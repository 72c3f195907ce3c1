/** One call to GitLab's REST API, with its failures sorted into "again later" and "never". */
import { z } from "zod";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";

const TIMEOUT_MS = 15_000;
const MIN_RATE_WAIT_SECONDS = 60;

/**
 * Calls `path` below `/api/v4` and reads the answer by `schema`.
 * @throws ProviderError
 */
export async function call<T>(
  connection: Connection,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<T> {
  const what = `GitLab ${method} ${path}`;
  if (!connection.token) {
    throw new ProviderError(`${what}: GITLAB_TOKEN is not set`, { permanent: true });
  }
  const { response, text } = await send(connection, method, path, body, what);
  if (!response.ok) throw refusal(what, response, text, Date.now());
  return readAnswer(what, response.status, text, schema);
}

async function send(
  connection: Connection,
  method: string,
  path: string,
  body: unknown,
  what: string,
) {
  try {
    const response = await fetch(`${connection.base_url.replace(/\/+$/, "")}/api/v4${path}`, {
      method,
      headers: {
        accept: "application/json",
        "private-token": connection.token!,
        "user-agent": "claude-code-agent",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(connection.timeout_ms ?? TIMEOUT_MS),
    });
    return { response, text: await response.text() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`${what}: no answer: ${why}`, { permanent: false });
  }
}

/** What an answer other than 2xx means: again, when, or never. */
function refusal(what: string, response: Response, text: string, now_ms: number): ProviderError {
  const { status, headers } = response;
  const again = status >= 500 || [408, 409, 429].includes(status);
  return new ProviderError(`${what}: ${status} ${messageOf(status, text)}`, {
    status,
    permanent: !again,
    retry_after_seconds: again ? waitSeconds(status, headers, now_ms) : null,
  });
}

function waitSeconds(status: number, headers: Headers, now_ms: number): number | null {
  const after = headers.get("retry-after") ?? "";
  if (/^\d{1,6}$/.test(after)) return Number(after);
  const reset = headers.get("ratelimit-reset") ?? "";
  if (status !== 429) return null;
  if (!/^\d{1,12}$/.test(reset)) return MIN_RATE_WAIT_SECONDS;
  return Math.max(1, Math.ceil(Number(reset) - now_ms / 1000));
}

const HINTS: Record<number, string> = {
  401: " (is GITLAB_TOKEN right, and not expired?)",
  403: " (GITLAB_TOKEN needs the scope api, and a role in the project that may do this)",
  404: " (gone, or GITLAB_TOKEN may not see it)",
};

/** GitLab says `message` or `error`, as a text or by field; when it limits, plain text. */
function messageOf(status: number, text: string): string {
  if (status >= 300 && status < 400) {
    return "a redirect, which is not followed: is GITLAB_URL the address that GitLab answers at?";
  }
  return said(text).slice(0, 500) + (HINTS[status] ?? "");
}

function said(text: string): string {
  try {
    const { message, error } = z.object({
      message: z.unknown().optional(),
      error: z.unknown().optional(),
    })
      .parse(JSON.parse(text));
    const words = message ?? error ?? "";
    return typeof words === "string" ? words : JSON.stringify(words);
  } catch {
    return text.slice(0, 200);
  }
}

function readAnswer<T>(what: string, status: number, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(text === "" ? null : JSON.parse(text));
  } catch {
    throw new ProviderError(`${what}: ${status} with an answer that is not GitLab's`, {
      status,
      permanent: false,
    });
  }
}
