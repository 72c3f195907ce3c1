import { z } from "zod";
import {
  addressOf,
  isRedirect,
  mayPass,
  type Outgoing,
  retryAfterSeconds,
  send,
} from "@/server/providers/http.ts";
import { type Connection, ProviderError, quoted } from "@/server/providers/provider.ts";

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
const GONE = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);
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
type Sent = Pick<Outgoing, "method" | "headers" | "body">;

/** Posts `args` as JSON to a method that changes something, and reads the answer by `schema`.
 * Throws ProviderError. */
export const write = <T>(to: Connection, method: string, args: Args, schema: z.ZodType<T>) =>
  call(to, method, schema, posted(args));

/** A post of JSON; Slack asks for the charset. */
export const posted = (body: Args): Sent => ({
  method: "POST",
  headers: { "content-type": "application/json; charset=utf-8" },
  body,
});

/** Asks a method that reads: those take no JSON. Throws ProviderError. */
export const ask = <T>(
  to: Connection,
  method: string,
  args: Record<string, string>,
  schema: z.ZodType<T>,
) => call(to, `${method}?${new URLSearchParams(args)}`, schema, { method: "GET", headers: {} });

async function call<T>(
  to: Connection,
  path: string,
  schema: z.ZodType<T>,
  sent: Sent,
) {
  const what = `Slack ${path.split("?")[0]}`;
  if (!to.token) {
    throw new ProviderError(`${what}: SLACK_BOT_TOKEN is not set`, { permanent: true });
  }
  const { response, text } = await send({
    ...sent,
    what,
    url: addressOf(to.base_url, `/${path}`),
    headers: { ...sent.headers, authorization: `Bearer ${to.token}` },
    timeout_ms: to.timeout_ms,
  });
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

export function badStatus(what: string, { status, headers }: Response, text: string) {
  const is_redirect = isRedirect(status);
  const is_limit = status === 429;
  const says = is_redirect ? "sends us elsewhere: see SLACK_API_URL" : quoted(text, 200);
  return new ProviderError(`${what}: ${status} ${says}`, {
    status,
    permanent: !is_redirect && !mayPass(status),
    retry_after_seconds: retryAfterSeconds(headers, Date.now()) ??
      (is_limit ? RATE_WAIT_SECONDS : null),
  });
}

function refusal(what: string, error: string, needed: string | null | undefined, of: Response) {
  const wait = retryAfterSeconds(of.headers, Date.now()) ??
    (LIMITED.has(error) ? RATE_WAIT_SECONDS : null);
  return new SlackError(`${what}: ${error}${advice(error, needed)}`, {
    error,
    status: of.status,
    permanent: !AGAIN.has(error),
    is_gone: GONE.has(error),
    retry_after_seconds: wait,
  });
}

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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
