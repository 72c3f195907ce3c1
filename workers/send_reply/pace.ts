import type { Reply } from "@/db/replies.ts";
import type { Pace } from "@/db/replies/pace.ts";
import { providers } from "@/server/providers/mod.ts";

/** How fast we may speak where this reply goes; null for a provider that we do not know. Pure. */
export function paceOf(provider: string, kind: Reply["kind"], target: unknown): Pace | null {
  if (typeof target !== "object" || target === null) return null;
  const place = target as Record<string, unknown>;
  if (kind === "forward") {
    const host = URL.parse(String(place.url))?.host ?? "";
    return { key: `forward ${host}`, interval_seconds: 0.1, burst: 20 };
  }
  return providers.get(provider)?.pace(place, kind) ?? null;
}
