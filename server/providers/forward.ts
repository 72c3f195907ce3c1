/** Passes a delivery on, signed by Standard Webhooks, to an address that the operator gave. */
import { ProviderError } from "@/server/providers/provider.ts";
import { publicPost, type Ways } from "@/server/providers/public_fetch.ts";
import { signStandard, standardSecretProblem } from "@/server/providers/standard_webhooks.ts";

export interface Forward {
  url: string;
  /** `whsec_…`; the receiver verifies with the same */
  secret: string;
  /** the same for every try, so that the receiver can tell a repeat */
  id: string;
  event_type: string;
  body: string;
  timeout_ms?: number;
  allow_hosts?: string[];
}

/**
 * Sends it once.
 * @throws ProviderError
 */
export async function forward(
  { url, secret, id, event_type, body, timeout_ms, allow_hosts }: Forward,
  ways: Ways & { now?: Date } = {},
): Promise<{ status: number }> {
  const problem = standardSecretProblem(secret);
  if (problem) {
    throw new ProviderError(`the secret that signs forwards cannot be used: ${problem}`, {
      permanent: true,
    });
  }
  const seconds = Math.floor((ways.now ?? new Date()).getTime() / 1000);
  const headers = {
    "content-type": isJson(body) ? "application/json" : "text/plain; charset=utf-8",
    // a sender of ours chose it, and not everything may stand in a header
    "x-agent-event": event_type.replace(/[^\w.:/-]/g, "_").slice(0, 100),
    ...signStandard(id, seconds, body, secret),
  };
  const { status } = await publicPost({ url, headers, body, timeout_ms, allow_hosts }, ways);
  return { status };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
