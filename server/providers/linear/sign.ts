import { signHex } from "@/server/providers/hmac.ts";
import type { Signing } from "@/server/providers/provider.ts";

export const signLinear = (body: string, { secret, now }: Omit<Signing, "event">) => ({
  "linear-delivery": crypto.randomUUID(),
  "linear-event": String(fieldsOf(body)?.type ?? "Unknown"),
  "linear-timestamp": String(now.getTime()),
  "linear-signature": signHex(secret, body),
});

/** An older payload would be refused for its time. */
export function stampLinear(body: string, now: Date): string {
  const fields = fieldsOf(body);
  return fields ? JSON.stringify({ ...fields, webhookTimestamp: now.getTime() }) : body;
}

function fieldsOf(text: string): Record<string, unknown> | null {
  try {
    const read = JSON.parse(text);
    return typeof read === "object" && !Array.isArray(read) ? read : null;
  } catch {
    return null;
  }
}
