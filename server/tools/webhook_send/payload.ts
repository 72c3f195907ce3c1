import type { Provider, Sample, Signing } from "@/server/providers/provider.ts";
import { UsageError } from "@/server/tools/webhook_send/arguments.ts";

/** Ids and times are as if it were new. Throws UsageError when an event has to be named. */
export function signPayload(provider: Provider, text: string, how: Signing): Sample {
  const { body: written, content_type } = bodyOf(text);
  const body = provider.stamp?.(written, how.now) ?? written;
  try {
    return { body, headers: { "content-type": content_type, ...provider.sign(body, how) } };
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

/** A form is sent as one; so is a form that is kept in JSON, as `raw_body`. */
function bodyOf(text: string): { body: string; content_type: string } {
  const { raw_body } = fieldsOf(text);
  if (typeof raw_body === "string") return bodyOf(raw_body);
  const is_form = /^[\w.-]+=/.test(text);
  return {
    body: text,
    content_type: is_form ? "application/x-www-form-urlencoded" : "application/json",
  };
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
