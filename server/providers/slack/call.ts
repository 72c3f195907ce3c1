/** One call to Slack's Web API. HTTP 200 with `ok: false` is a failure like any other. */
import { z } from "zod";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";

const TIMEOUT_MS = 15_000;
const RATE_WAIT_SECONDS = 30;

const LIMITED = new Set(["ratelimited", "rate_limited"]);
const AGAIN = new Set([
  ...LIMITED,
  "internal_error",
  "service_unavailable",
  "fatal_error",
  "request_timeout",
  "team_added_to_org",
]);
const TOKEN_REFUSED = new Set([
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "not_allowed_token_type",
]);

/** Slack's own word for why not, beside what every ProviderError says. */
export class SlackError extends ProviderError {
  readonly error: string;

  constructor(
    message: string,
    how: ConstructorParameters<typeof ProviderError>[1] & { error: string },
  ) {
    super(message, how);
    this.error = how.error;
  }
}

export type Args = Record<string, unknown>;

/**
 * Posts `args` as JSON to a method that changes something, and reads the answer by `schema`.
 * @throws ProviderError
 */
export const write = <T>(to: Connection, method: string, args: Args, schema: z.ZodType<T>) =>
  call(to, method, schema, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(args),
  });

/**
 * Asks a method that reads: those take no JSON.
 * @throws ProviderError
 */
export const ask = <T>(
  to: Connection,
  method: string,
  args: Record<string, string>,
  schema: z.ZodType<T>,
) => call(to, `${method}?${new URLSearchParams(args)}`, schema, { method: "GET" });

async function call<T>(to: Connection, path: string, schema: z.ZodType<T>, init: RequestInit) {
  const what = `Slack ${path.split("?")[0]}`;
  if (!to.token) {
    throw new ProviderError(`${what}: SLACK_BOT_TOKEN is not set`, { permanent: true });
  }
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${to.token}`);
  const address = `${to.base_url.replace(/\/+$/, "")}/${path}`;
  const { response, text } = await send(what, address, { ...init, headers }, to.timeout_ms);
  if (!response.ok) throw badStatus(what, response, text);
  const answer = parse(text);
  const { ok, error, needed } = envelope.safeParse(answer).data ?? {};
  if (ok === false) throw refusal(what, error ?? "no reason given", needed, response);
  const read = schema.safeParse(answer);
  if (ok === true && read.success) return read.data;
  throw new ProviderError(`${what}: ${response.status} with an answer that is not Slack's`, {
    permanent: false,
    status: response.status,
  });
}

const envelope = z.object({
  ok: z.boolean(),
  error: z.string().nullish(),
  needed: z.string().nullish(),
});

/**
 * One request, without following redirects: the token and the text are for Slack alone.
 * @throws ProviderError when there is no answer
 */
export async function send(what: string, address: string, init: RequestInit, timeout_ms?: number) {
  try {
    const response = await fetch(address, {
      ...init,
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
export function badStatus(what: string, { status, headers }: Response, text: string) {
  const is_redirect = status >= 300 && status < 400;
  const is_limit = status === 429;
  const says = is_redirect ? "sends us elsewhere: see SLACK_API_URL" : text.slice(0, 200);
  return new ProviderError(`${what}: ${status} ${says}`, {
    status,
    permanent: !is_redirect && !is_limit && status < 500 && status !== 408 && status !== 409,
    retry_after_seconds: retryAfter(headers) ?? (is_limit ? RATE_WAIT_SECONDS : null),
  });
}

function refusal(what: string, error: string, needed: string | null | undefined, of: Response) {
  const wait = retryAfter(of.headers) ?? (LIMITED.has(error) ? RATE_WAIT_SECONDS : null);
  return new SlackError(`${what}: ${error}${advice(error, needed)}`, {
    error,
    status: of.status,
    permanent: !AGAIN.has(error),
    retry_after_seconds: wait,
  });
}

/** What somebody has to change, where that is known. */
function advice(error: string, needed: string | null | undefined): string {
  if (TOKEN_REFUSED.has(error)) return ": SLACK_BOT_TOKEN is not (or no longer) accepted";
  switch (error) {
    case "missing_scope":
      return `: the app of SLACK_BOT_TOKEN lacks the scope ${needed ?? "for this"}; ` +
        "add it under OAuth & Permissions and install the app again";
    case "not_in_channel":
      return ": invite the app into the channel, or give it the scope chat:write.public";
    case "channel_not_found":
      return ": there is no such channel for the app of SLACK_BOT_TOKEN; invite it";
    case "is_archived":
      return ": the channel is archived";
    default:
      return "";
  }
}

function retryAfter(headers: Headers): number | null {
  const after = headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(after) ? Number(after) : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
