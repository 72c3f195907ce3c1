import { z } from "zod";
import {
  addressOf,
  isRedirect,
  mayPass,
  readAnswer,
  retryAfterSeconds,
  send,
} from "@/server/providers/http.ts";
import { type Connection, ProviderError, quoted } from "@/server/providers/provider.ts";

const MIN_RATE_WAIT_SECONDS = 60;

/** `path` is below `/api/v4`. Throws ProviderError. */
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
  const { response, text } = await send({
    what,
    method,
    url: addressOf(connection.base_url, `/api/v4${path}`),
    headers: { accept: "application/json", "private-token": connection.token },
    body,
    timeout_ms: connection.timeout_ms,
  });
  if (!response.ok) throw refusal(what, response, text, Date.now());
  return readAnswer(what, "GitLab", response.status, text, schema);
}

function refusal(what: string, response: Response, text: string, now_ms: number): ProviderError {
  const { status, headers } = response;
  const again = mayPass(status);
  return new ProviderError(`${what}: ${status} ${messageOf(status, text)}`, {
    status,
    permanent: !again,
    retry_after_seconds: again ? waitSeconds(status, headers, now_ms) : null,
  });
}

function waitSeconds(status: number, headers: Headers, now_ms: number): number | null {
  const after = retryAfterSeconds(headers, now_ms);
  if (after !== null || status !== 429) return after;
  const reset = headers.get("ratelimit-reset") ?? "";
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
  if (isRedirect(status)) {
    return "a redirect, which is not followed: is GITLAB_URL the address that GitLab answers at?";
  }
  return quoted(said(text), 500) + (HINTS[status] ?? "");
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
    return quoted(text, 200);
  }
}
