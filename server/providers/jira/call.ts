import { Buffer } from "node:buffer";
import { z } from "zod";
import {
  addressOf,
  isRedirect,
  mayPass,
  readAnswer,
  redirectHost,
  retryAfterSeconds,
  secondsUntil,
  send,
} from "@/server/providers/http.ts";
import { type Connection, ProviderError, quoted } from "@/server/providers/provider.ts";

const RATE_WAIT_SECONDS = 60;

/** Cloud signs in with e-mail and token, and has documents; Data Center has tokens and wiki text. */
export const isCloud = ({ email }: Connection): boolean => Boolean(email);

/** `path` is below this Jira's API. Throws ProviderError. */
export async function call<T>(
  connection: Connection,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<T> {
  const api = isCloud(connection) ? "/rest/api/3" : "/rest/api/2";
  const what = `Jira ${method} ${api}${path}`;
  const missing = missingSetting(connection);
  if (missing) throw new ProviderError(`${what}: ${missing} is not set`, { permanent: true });
  const { response, text } = await send({
    what,
    method,
    url: addressOf(connection.base_url, api + path),
    headers: { accept: "application/json", authorization: authorization(connection) },
    body,
    timeout_ms: connection.timeout_ms,
  });
  if (!response.ok) throw refusal(what, response, text, Date.now());
  return readAnswer(what, "Jira", response.status, text, schema);
}

function missingSetting(connection: Connection): string | null {
  if (!connection.base_url) return "JIRA_URL";
  if (connection.token) return null;
  return isCloud(connection)
    ? "JIRA_API_TOKEN, which goes with JIRA_EMAIL,"
    : "JIRA_TOKEN (Data Center) or JIRA_EMAIL with JIRA_API_TOKEN (Cloud)";
}

function authorization({ email, token }: Connection): string {
  if (!email) return `Bearer ${token}`;
  return `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`;
}

function refusal(what: string, response: Response, text: string, now_ms: number): ProviderError {
  const { status, headers } = response;
  if (isRedirect(status)) {
    return new ProviderError(
      `${what}: ${status}, a redirect to ${redirectHost(headers)}: is JIRA_URL right?`,
      { status, permanent: true },
    );
  }
  const wait = waitSeconds(response, now_ms);
  return new ProviderError(`${what}: ${status} ${messageOf(text)}`.trim(), {
    status,
    permanent: !mayPass(status),
    retry_after_seconds: status === 429 ? wait ?? RATE_WAIT_SECONDS : wait,
  });
}

function waitSeconds({ status, headers }: Response, now_ms: number): number | null {
  const after = retryAfterSeconds(headers, now_ms);
  if (after !== null || status !== 429) return after;
  return secondsUntil(headers.get("x-ratelimit-reset") ?? "", now_ms);
}

const problem = z.object({
  errorMessages: z.array(z.string()).nullish(),
  errors: z.record(z.string(), z.unknown()).nullish(),
});

function messageOf(text: string): string {
  try {
    const { errorMessages, errors } = problem.parse(JSON.parse(text));
    const fields = Object.entries(errors ?? {}).map(([field, why]) =>
      `${field}: ${JSON.stringify(why)}`
    );
    return quoted([...errorMessages ?? [], ...fields].join("; "), 500);
  } catch {
    return quoted(text, 200);
  }
}
