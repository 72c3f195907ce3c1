import { z } from "zod";
import {
  addressOf,
  isRedirect,
  mayPass,
  type Outgoing,
  readAnswer,
  retryAfterSeconds,
  send,
} from "@/server/providers/http.ts";
import { ProviderError, quoted } from "@/server/providers/provider.ts";

const MIN_RATE_WAIT_SECONDS = 60;

export interface Access {
  base_url: string;
  token: string;
  timeout_ms?: number;
}

/** Throws ProviderError. */
export async function call<T>(
  access: Access,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<T> {
  return (await ask(access, method, path, schema, body)).data;
}

/** The same, with the headers of the answer. Throws ProviderError. */
export async function ask<T>(
  access: Access,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<{ data: T; headers: Headers }> {
  const what = `GitHub ${method} ${path}`;
  const { response, text } = await sendFollowing({
    what,
    method,
    url: addressOf(access.base_url, path),
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${access.token}`,
      "x-github-api-version": "2022-11-28",
    },
    body,
    timeout_ms: access.timeout_ms,
  });
  if (!response.ok) throw refusal(what, response, text, Date.now());
  const data = readAnswer(what, "GitHub", response.status, text, schema);
  return { data, headers: response.headers };
}

/** GitHub redirects what has moved; the token goes to nobody but GitHub, so neither do we. */
async function sendFollowing(request: Outgoing) {
  const first = await send(request);
  const to = movedTo(request, first.response);
  return to ? await send({ ...request, url: to }) : first;
}

function movedTo({ method, url }: Outgoing, { status, headers }: Response): string | null {
  const kept = status === 307 || status === 308 || (status === 301 && method === "GET");
  const to = kept ? URL.parse(headers.get("location") ?? "", url) : null;
  return to && to.origin === new URL(url).origin ? to.href : null;
}

function refusal(what: string, response: Response, text: string, now_ms: number): ProviderError {
  const { status, headers } = response;
  const limited = status === 429 || (status === 403 && isRateLimit(headers, text));
  const wait = waitSeconds(headers, now_ms);
  const said = isRedirect(status)
    ? "it has moved to another host, where the token is not sent"
    : messageOf(text);
  return new ProviderError(`${what}: ${status} ${said}`, {
    status,
    permanent: !limited && !mayPass(status),
    retry_after_seconds: limited ? wait ?? MIN_RATE_WAIT_SECONDS : wait,
  });
}

// the primary limit shows in the headers, the secondary one in retry-after or only in the message
function isRateLimit(headers: Headers, text: string): boolean {
  return headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0" ||
    /rate limit|abuse detection/i.test(text.slice(0, 2000));
}

function waitSeconds(headers: Headers, now_ms: number): number | null {
  const after = retryAfterSeconds(headers, now_ms);
  if (after !== null) return after;
  const reset = headers.get("x-ratelimit-reset");
  if (headers.get("x-ratelimit-remaining") !== "0" || !/^\d{1,12}$/.test(reset ?? "")) return null;
  return Math.max(1, Math.ceil(Number(reset) - now_ms / 1000));
}

function messageOf(text: string): string {
  try {
    const { message, errors } = z.object({ message: z.string(), errors: z.unknown() })
      .partial({ errors: true }).parse(JSON.parse(text));
    const details = errors === undefined ? "" : ` ${JSON.stringify(errors)}`;
    return quoted(message + details, 500);
  } catch {
    return quoted(text, 200);
  }
}
