import { z } from "zod";
import {
  addressOf,
  isRedirect,
  mayPass,
  readAnswer,
  redirectHost,
  retryAfterSeconds,
  send,
} from "@/server/providers/http.ts";
import { type Connection, ProviderError, quoted } from "@/server/providers/provider.ts";

const RATE_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 3600;

/** `next` is the cursor of the next page. Throws ProviderError. */
export async function call<T>(
  connection: Connection,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<{ data: T; next: string | null }> {
  const what = `Sentry ${method} ${path}`;
  if (!connection.token) {
    throw new ProviderError(`${what}: SENTRY_AUTH_TOKEN is not set`, { permanent: true });
  }
  if (!connection.base_url) {
    throw new ProviderError(`${what}: SENTRY_URL is not set`, { permanent: true });
  }
  const { response, text } = await send({
    what,
    method,
    url: addressOf(connection.base_url, path),
    headers: { accept: "application/json", authorization: `Bearer ${connection.token}` },
    body,
    timeout_ms: connection.timeout_ms,
  });
  if (!response.ok) throw refusal(what, response, text, Date.now());
  return {
    data: readAnswer(what, "Sentry", response.status, text, schema),
    next: nextCursor(response.headers.get("link")),
  };
}

function refusal(what: string, response: Response, text: string, now_ms: number): ProviderError {
  const { status, headers } = response;
  if (isRedirect(status)) {
    const host = redirectHost(headers);
    return new ProviderError(`${what}: ${status}, a redirect to ${host}: is SENTRY_URL right?`, {
      status,
      permanent: true,
    });
  }
  const limited = status === 429;
  const wait = waitSeconds(headers, limited, now_ms);
  return new ProviderError(`${what}: ${status} ${messageOf(text)}`.trim(), {
    status,
    permanent: !mayPass(status),
    retry_after_seconds: limited ? wait ?? RATE_WAIT_SECONDS : wait,
  });
}

/** The limit of concurrent calls answers 429 too, with a window that may be over already. */
function waitSeconds(headers: Headers, limited: boolean, now_ms: number): number | null {
  const after = retryAfterSeconds(headers, now_ms);
  if (after !== null || !limited) return after;
  const reset = headers.get("x-sentry-rate-limit-reset");
  if (!/^\d{1,12}(?:\.\d{1,9})?$/.test(reset ?? "")) return null;
  const seconds = Math.ceil(Number(reset) - now_ms / 1000);
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(1, seconds));
}

/** `<…>; rel="next"; results="true"; cursor="0:100:0"`; without results there is no such page. */
function nextCursor(link: string | null): string | null {
  for (const entry of (link ?? "").slice(0, 2000).split(",")) {
    if (!entry.includes('rel="next"') || !entry.includes('results="true"')) continue;
    return /cursor="([\w:-]{1,100})"/.exec(entry)?.[1] ?? null;
  }
  return null;
}

/** `detail` is a sentence, or an object; old versions send the sentence as JSON within JSON. */
function messageOf(text: string): string {
  try {
    const said = JSON.parse(text);
    const { detail } = z.object({ detail: z.unknown().optional() }).parse(
      typeof said === "string" ? JSON.parse(said) : said,
    );
    const words = typeof detail === "string" ? detail : JSON.stringify(detail ?? said);
    return quoted(words, 500);
  } catch {
    return quoted(text, 200);
  }
}
