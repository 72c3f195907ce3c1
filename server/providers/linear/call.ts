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

const RATE_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 3600;
/** Kinds of error that say nothing about what was asked for. */
const PASSING = /^(?:internal error|network error|lock timeout|bootstrap error)$/i;

const refused = z.object({
  errors: z.array(z.object({
    message: z.string().catch(""),
    extensions: z.object({
      code: z.string().nullish().catch(null),
      type: z.string().nullish().catch(null),
      userPresentableMessage: z.string().nullish().catch(null),
    }).nullish().catch(null),
  })).min(1),
});
type Refused = z.infer<typeof refused>["errors"][number];

/** Throws ProviderError. */
export async function ask<T>(
  { base_url, token, timeout_ms }: Connection,
  query: string,
  variables: Record<string, unknown>,
  schema: z.ZodType<T>,
): Promise<T> {
  const what = `Linear ${/^\w+ (\w+)/.exec(query)?.[1] ?? "call"}`;
  if (!token) {
    throw new ProviderError(`${what}: LINEAR_API_KEY is not set`, { permanent: true });
  }
  const { response, text } = await send({
    what,
    method: "POST",
    url: addressOf(base_url, "/graphql"),
    // keys go as they are, tokens of an app as bearers
    headers: { authorization: token.startsWith("lin_oauth_") ? `Bearer ${token}` : token },
    body: { query, variables },
    timeout_ms,
  });
  const [error] = errorsIn(text);
  if (error || !response.ok) throw refusal(what, response, error ?? null, text);
  const answer = z.object({ data: schema });
  return readAnswer(what, "Linear", response.status, text, answer).data;
}

// GraphQL tells of errors with 200 as well as with 400
function errorsIn(text: string): Refused[] {
  try {
    return refused.parse(JSON.parse(text)).errors;
  } catch {
    return [];
  }
}

function refusal(what: string, { status, headers }: Response, error: Refused | null, text: string) {
  const { code, type } = error?.extensions ?? {};
  const is_limit = status === 429 || [code, type].some((kind) => /^ratelimited$/i.test(kind ?? ""));
  const again = is_limit || mayPass(status) || PASSING.test(type ?? "") ||
    code === "INTERNAL_SERVER_ERROR";
  return new ProviderError(`${what}: ${status} ${messageOf(status, error, text)}`, {
    status,
    permanent: !again,
    retry_after_seconds: again ? waitSeconds(headers, is_limit, Date.now()) : null,
  });
}

function messageOf(status: number, error: Refused | null, text: string): string {
  if (isRedirect(status)) return "a redirect, which is not followed: is LINEAR_API_URL right?";
  const said = error?.extensions?.userPresentableMessage ?? error?.message ?? text;
  const { code, type } = error?.extensions ?? {};
  const is_key = status === 401 || code === "AUTHENTICATION_ERROR" ||
    type === "authentication error";
  return quoted(said, 300) + (is_key ? " (is LINEAR_API_KEY right, and not revoked?)" : "");
}

/** A limit that is used up says when it is filled again, in milliseconds since 1970. */
function waitSeconds(headers: Headers, is_limit: boolean, now_ms: number): number | null {
  const after = retryAfterSeconds(headers, now_ms);
  if (after !== null || !is_limit) return after;
  const resets = ["requests", "complexity", "endpoint-requests"]
    .filter((kind) => headers.get(`x-ratelimit-${kind}-remaining`) === "0")
    .map((kind) => Number(headers.get(`x-ratelimit-${kind}-reset`)))
    .filter((ms) => Number.isSafeInteger(ms) && ms > now_ms);
  if (resets.length === 0) return RATE_WAIT_SECONDS;
  return Math.min(LONGEST_WAIT_SECONDS, Math.ceil((Math.max(...resets) - now_ms) / 1000));
}
