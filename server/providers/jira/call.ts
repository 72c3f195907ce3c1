/** One call to Jira's API, with its failures sorted into "again later" and "never". */
import { Buffer } from "node:buffer";
import { z } from "zod";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";

const TIMEOUT_MS = 15_000;
const RATE_WAIT_SECONDS = 60;

/** Cloud signs in with e-mail and token, and has documents; Data Center has tokens and wiki text. */
export const isCloud = ({ email }: Connection): boolean => Boolean(email);

/**
 * Calls `path` below the API of this Jira and reads the answer by `schema`.
 * @throws ProviderError
 */
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
  const { response, text } = await send(connection, method, api + path, body, what);
  if (!response.ok) throw refusal(what, response, text, Date.now());
  return readAnswer(what, response.status, text, schema);
}

function missingSetting(connection: Connection): string | null {
  if (!connection.base_url) return "JIRA_URL";
  if (connection.token) return null;
  return isCloud(connection)
    ? "JIRA_API_TOKEN, which goes with JIRA_EMAIL,"
    : "JIRA_TOKEN (Data Center) or JIRA_EMAIL with JIRA_API_TOKEN (Cloud)";
}

async function send(
  connection: Connection,
  method: string,
  path: string,
  body: unknown,
  what: string,
) {
  try {
    const response = await fetch(connection.base_url.replace(/\/+$/, "") + path, {
      method,
      headers: {
        accept: "application/json",
        authorization: authorization(connection),
        "user-agent": "claude-code-agent",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      // the token goes to the configured address and to no other
      redirect: "manual",
      signal: AbortSignal.timeout(connection.timeout_ms ?? TIMEOUT_MS),
    });
    return { response, text: await response.text() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`${what}: no answer: ${why}`, { permanent: false });
  }
}

function authorization({ email, token }: Connection): string {
  if (!email) return `Bearer ${token}`;
  return `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`;
}

function refusal(what: string, response: Response, text: string, now_ms: number): ProviderError {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    return new ProviderError(
      `${what}: ${status}, a redirect to ${hostOf(headers.get("location"))}: is JIRA_URL right?`,
      { status, permanent: true },
    );
  }
  const wait = waitSeconds(response, now_ms);
  return new ProviderError(`${what}: ${status} ${messageOf(text)}`.trim(), {
    status,
    permanent: status < 500 && ![408, 409, 429].includes(status),
    retry_after_seconds: status === 429 ? wait ?? RATE_WAIT_SECONDS : wait,
  });
}

const hostOf = (location: string | null): string =>
  URL.parse(location ?? "")?.host || "another address";

/** `Retry-After` in seconds or as a date; Cloud also says when its limit is reset. */
function waitSeconds({ status, headers }: Response, now_ms: number): number | null {
  const after = headers.get("retry-after") ?? "";
  if (/^\d{1,6}$/.test(after)) return Number(after);
  const reset = status === 429 ? headers.get("x-ratelimit-reset") ?? "" : "";
  // Date.parse takes a mere number for a year
  const date = [after, reset].filter((one) => /\D/.test(one)).map((one) => Date.parse(one))
    .find((ms) => !Number.isNaN(ms));
  return date === undefined ? null : Math.max(1, Math.ceil((date - now_ms) / 1000));
}

function readAnswer<T>(what: string, status: number, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(text === "" ? null : JSON.parse(text));
  } catch {
    throw new ProviderError(`${what}: ${status} with an answer that is not Jira's`, {
      status,
      permanent: false,
    });
  }
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
    return [...errorMessages ?? [], ...fields].join("; ").slice(0, 500);
  } catch {
    return text.slice(0, 200);
  }
}
