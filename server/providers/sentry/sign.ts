import { signHex } from "@/server/providers/hmac.ts";
import type { Signing } from "@/server/providers/provider.ts";

export const event_header = "Sentry-Hook-Resource";

export function signSentry(body: string, { event, secret, now }: Signing): Record<string, string> {
  if (event === null) {
    throw new RangeError("Say which EVENT this is: the header Sentry-Hook-Resource, e.g. issue.");
  }
  return {
    "request-id": crypto.randomUUID().replaceAll("-", ""),
    "sentry-hook-resource": event.split(".")[0],
    "sentry-hook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "sentry-hook-signature": signHex(secret, body),
  };
}
