import { z } from "zod";
import { ProviderError, quoted } from "@/server/providers/provider.ts";
import { type Access, call } from "@/server/providers/github/call.ts";

const RATE_WAIT_SECONDS = 60;

const answer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ type: z.string().nullish(), message: z.string() })).nullish(),
});

/** It answers 200 to what it refuses, too. Throws ProviderError. */
export async function mutate<T>(
  access: Access,
  name: string,
  query: string,
  input: Record<string, unknown>,
  schema: z.ZodType<T>,
): Promise<T> {
  const { base_url, path } = placeOf(access.base_url);
  const at = { base_url, token: access.token, timeout_ms: access.timeout_ms };
  const { data, errors } = await call(at, "POST", path, answer, { query, variables: { input } });
  if (errors?.length) throw refusal(name, errors[0]);
  return schema.parse(data);
}

/** On GitHub Enterprise Server it is beside `/api/v3`. */
function placeOf(base_url: string): { base_url: string; path: string } {
  const rest = /\/api\/v3\/*$/;
  if (!rest.test(base_url)) return { base_url, path: "/graphql" };
  return { base_url: base_url.replace(rest, ""), path: "/api/graphql" };
}

function refusal(name: string, { type, message }: { type?: string | null; message: string }) {
  const is_limit = type === "RATE_LIMITED" || /rate limit/i.test(message);
  return new ProviderError(`GitHub ${name}: ${type ?? "refused"} ${quoted(message, 500)}`, {
    permanent: !is_limit && !/something went wrong/i.test(message),
    retry_after_seconds: is_limit ? RATE_WAIT_SECONDS : null,
    status: type === "NOT_FOUND" ? 404 : type === "FORBIDDEN" ? 403 : null,
  });
}
