/** One call to GitHub's API, with its failures sorted into "again later" and "never". */
import { z } from "zod";
import { ProviderError } from "@/server/providers/provider.ts";

const TIMEOUT_MS = 15_000;
const MIN_RATE_WAIT_SECONDS = 60;

/** Where to call, and what to show there. */
export interface Access {
  base_url: string;
  token: string;
  timeout_ms?: number;
}

/**
 * Calls `path` and reads the answer by `schema`.
 * @throws ProviderError
 */
export async function call<T>(
  access: Access,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<T> {
  const what = `GitHub ${method} ${path}`;
  const url = access.base_url.replace(/\/+$/, "") + path;
  const { response, text } = await send(access, { method, url, body, what });
  if (!response.ok) throw refusal(what, response, text, Date.now());
  return readAnswer(what, response.status, text, schema);
}

interface Request {
  method: string;
  url: string;
  body: unknown;
  what: string;
}

/** GitHub redirects what has moved; the token goes to nobody but GitHub, so neither do we. */
async function send(access: Access, request: Request) {
  const first = await sendOnce(access, request);
  const to = movedTo(request, first.response);
  return to ? await sendOnce(access, { ...request, url: to }) : first;
}

function movedTo({ method, url }: Request, { status, headers }: Response): string | null {
  const kept = status === 307 || status === 308 || (status === 301 && method === "GET");
  const to = kept ? URL.parse(headers.get("location") ?? "", url) : null;
  return to && to.origin === new URL(url).origin ? to.href : null;
}

async function sendOnce({ token, timeout_ms }: Access, { method, url, body, what }: Request) {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        "user-agent": "claude-code-agent",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeout_ms ?? TIMEOUT_MS),
    });
    return { response, text: await response.text() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`${what}: no answer: ${why}`, { permanent: false });
  }
}

/** What an answer other than 2xx means: again, when, or never. */
export function refusal(
  what: string,
  response: { status: number; headers: Headers },
  text: string,
  now_ms: number,
): ProviderError {
  const { status } = response;
  const limited = status === 429 || (status === 403 && isRateLimit(response.headers, text));
  const wait = waitSeconds(response.headers, now_ms);
  const said = status >= 300 && status < 400
    ? "it has moved to another host, where the token is not sent"
    : messageOf(text);
  return new ProviderError(`${what}: ${status} ${said}`, {
    status,
    permanent: !limited && status < 500 && status !== 408 && status !== 409,
    retry_after_seconds: limited ? wait ?? MIN_RATE_WAIT_SECONDS : wait,
  });
}

// the primary limit shows in the headers, the secondary one in retry-after or only in the message
function isRateLimit(headers: Headers, text: string): boolean {
  return headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0" ||
    /rate limit|abuse detection/i.test(text.slice(0, 2000));
}

function waitSeconds(headers: Headers, now_ms: number): number | null {
  const after = headers.get("retry-after");
  if (after !== null && /^\d{1,6}$/.test(after)) return Number(after);
  const date = after === null ? NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(1, Math.ceil((date - now_ms) / 1000));
  const reset = headers.get("x-ratelimit-reset");
  if (headers.get("x-ratelimit-remaining") !== "0" || !/^\d{1,12}$/.test(reset ?? "")) return null;
  return Math.max(1, Math.ceil(Number(reset) - now_ms / 1000));
}

function readAnswer<T>(what: string, status: number, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(text === "" ? null : JSON.parse(text));
  } catch {
    throw new ProviderError(`${what}: ${status} with an answer that is not GitHub's`, {
      status,
      permanent: false,
    });
  }
}

function messageOf(text: string): string {
  try {
    const { message, errors } = z.object({ message: z.string(), errors: z.unknown() })
      .partial({ errors: true }).parse(JSON.parse(text));
    const details = errors === undefined ? "" : ` ${JSON.stringify(errors)}`;
    return (message + details).slice(0, 500);
  } catch {
    return text.slice(0, 200);
  }
}
