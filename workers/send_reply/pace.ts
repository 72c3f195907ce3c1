import { z } from "zod";
import type { Reply } from "@/db/replies.ts";
import type { Pace } from "@/db/replies/pace.ts";

const said = z.object({
  channel: z.string().catch(""),
  installation_id: z.number().nullish().catch(null),
  webhook_id: z.string().catch(""),
  url: z.string().catch(""),
});

type Place = z.infer<typeof said>;
type Rule = (place: Place, kind: Reply["kind"]) => Pace;

const per = (key: string, interval_seconds: number, burst: number): Pace => ({
  key,
  interval_seconds,
  burst,
});

/** A little slower than each service allows; where it says nothing, as a busy person would be. */
const RULES: Record<string, Rule> = {
  // 80 things a minute that create content, for each token
  github: ({ installation_id }) => per(`github ${installation_id ?? ""}`.trim(), 0.75, 20),
  // a message a second in each channel, and 50 reactions a minute in all
  slack: ({ channel }, kind) =>
    kind === "reaction" ? per("slack reactions", 1.2, 10) : per(`slack ${channel}`, 1, 3),
  jira: () => per("jira", 0.5, 10),
  // 300 notes a minute where nobody set it otherwise, some instances take 60
  gitlab: () => per("gitlab", 1, 20),
  sentry: () => per("sentry", 1, 5),
  custom: ({ webhook_id }) => per(`custom ${webhook_id}`, 0.2, 10),
};

/** How fast we may speak where this reply goes; null for a provider that we do not know. Pure. */
export function paceOf(provider: string, kind: Reply["kind"], target: unknown): Pace | null {
  const place = said.safeParse(target).data;
  if (!place) return null;
  if (kind === "forward") {
    return per(`forward ${URL.parse(place.url)?.host ?? ""}`, 0.1, 20);
  }
  return Object.hasOwn(RULES, provider) ? RULES[provider](place, kind) : null;
}
