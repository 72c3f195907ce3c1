import { signHex } from "@/server/providers/hmac.ts";
import type { Signing } from "@/server/providers/provider.ts";

export const event_header = "X-GitHub-Event";

export function signGithub(body: string, { event, secret }: Signing): Record<string, string> {
  if (event === null) {
    throw new RangeError("Say which EVENT this is: the header X-GitHub-Event, e.g. issue_comment.");
  }
  return {
    "x-github-event": event.split(".")[0],
    "x-github-delivery": crypto.randomUUID(),
    "x-hub-signature-256": `sha256=${signHex(secret, body)}`,
  };
}
