/** Who may start work: decided here from verified fields, never taken from the payload. */
import type { Trust } from "@/db/nouns/trust.ts";
import type { DeliveryEvent, Person } from "@/server/providers/provider.ts";
import { isOwnAccount, type Origin, sameName } from "@/server/webhooks/matching/origin.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

type TrustSettings = Pick<
  Webhook,
  "provider" | "trusted_users" | "full_members" | "own_name" | "app_id"
>;

export interface Judgement {
  trust: Trust;
  why_not: string | null;
  /** why somebody who is trusted may start work and not decide on it */
  why_no_decision: string | null;
}

/** Judges who wrote the text, or made the event happen. `origin` is what the outbox knows. */
export function judge(
  event: DeliveryEvent,
  webhook: TrustSettings,
  origin: Origin | null,
): Judgement {
  const judged = judgedBy(event, webhook, origin);
  const only_by_star = judged.trust === "trusted" && !isNamed(event.actor, webhook);
  const why_no_decision = only_by_star ? byStar(event.actor, webhook) : null;
  return { ...judged, why_no_decision };
}

function judgedBy(
  event: DeliveryEvent,
  webhook: TrustSettings,
  origin: Origin | null,
): Omit<Judgement, "why_no_decision"> {
  const own = ownBy(event, webhook) ?? (origin?.is_ours ? origin.why : null);
  if (own) return { trust: "self", why_not: `a post of our own (${own})` };
  const { actor } = event;
  if (origin) return { trust: "bot", why_not: origin.why };
  if (actor.is_bot) return { trust: "bot", why_not: `${actor.name ?? actor.id} is a bot` };
  if (actor.id === null && actor.name === null && event.text === null) {
    return { trust: "system", why_not: null };
  }
  const standing = standingOf(actor, webhook);
  if (isTrusted(actor, standing, webhook)) return { trust: "trusted", why_not: null };
  return { trust: "untrusted", why_not: whyNot(actor, standing, webhook) };
}

/** The account tells only where it is a bot's: a person's token is used by that person, too. */
function ownBy({ actor, via_app_id }: DeliveryEvent, webhook: TrustSettings): string | null {
  const { provider, own_name, app_id } = webhook;
  if (actor.is_bot && isOwnAccount(actor, webhook)) {
    return `${own_name()} is who we are there, by ${provider.login_setting} or the token`;
  }
  return app_id !== null && via_app_id === app_id ? "posted by our app" : null;
}

/** Some payloads do not say how somebody stands there: then the list of members does. */
function standingOf(actor: Person, { full_members }: TrustSettings): string | null {
  if (actor.association !== null || actor.id === null) return actor.association;
  return full_members()?.has(actor.id) ? "FULL_MEMBER" : null;
}

function isTrusted(actor: Person, standing: string | null, webhook: TrustSettings): boolean {
  if (actor.id === null) return false;
  if (webhook.trusted_users === null) {
    return webhook.provider.trusted_associations.includes(standing ?? "");
  }
  return webhook.trusted_users.includes("*") || isNamed(actor, webhook);
}

/** A `*` names nobody. */
const isNamed = ({ id, name }: Person, { trusted_users }: TrustSettings): boolean =>
  trusted_users?.some((entry) =>
    // a name made of digits only could be somebody else's id
    entry === id || (!/^\d+$/.test(entry) && sameName(name, entry))
  ) ?? true;

const byStar = ({ name, id }: Person, { provider }: TrustSettings): string =>
  `${name ?? id} is trusted by the \`*\` in ${provider.trusted_setting} alone, which opens ` +
  "starting work, never approving it";

function whyNot(actor: Person, standing: string | null, webhook: TrustSettings): string {
  const who = actor.name ?? actor.id ?? "a deleted account";
  const list = webhook.provider.trusted_setting;
  if (webhook.trusted_users) return `${who} is not in ${list}`;
  const goes_by_members = webhook.provider.trusted_associations.includes("FULL_MEMBER");
  const unknown = goes_by_members && webhook.full_members() === null
    ? "; who is a full member is not known yet: the worker learns it with the provider's token"
    : "";
  const named = list ? ` (${list} may name them)` : "";
  return `${who} is ${standing || "nobody known"} here${named}${unknown}`;
}
