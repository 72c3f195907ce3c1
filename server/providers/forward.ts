import { ProviderError } from "@/server/providers/provider.ts";
import { publicPost, type Transport } from "@/server/providers/public_fetch.ts";
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

export async function forward(
  { url, secret, id, event_type, body, timeout_ms, allow_hosts }: Forward,
  transport: Transport & { now?: Date } = {},
): Promise<{ status: number }> {
  const problem = standardSecretProblem(secret);
  if (problem) {
    throw new ProviderError(`the secret that signs forwards cannot be used: ${problem}`, {
      permanent: true,
    });
  }
  const seconds = Math.floor((transport.now ?? new Date()).getTime() / 1000);
  const headers = {
    "content-type": isJson(body) ? "application/json" : "text/plain; charset=utf-8",
    // a sender of ours chose it, and not everything may stand in a header
    "x-agent-event": event_type.replace(/[^\w.:/-]/g, "_").slice(0, 100),
    ...signStandard(id, seconds, body, secret),
  };
  const { status } = await publicPost({ url, headers, body, timeout_ms, allow_hosts }, transport);
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
