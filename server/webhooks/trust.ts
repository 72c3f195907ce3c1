/** Who may start work: decided here from verified fields, never taken from the payload. */
import type { DeliveryEvent, Provider } from "@/server/providers/provider.ts";

export type Trust = "trusted" | "untrusted" | "self" | "bot";

/** What the operator says about one provider. */
export interface DoorSettings {
  /** the current secret and, while rotating, the previous one; empty: the door is shut */
  secrets: string[];
  /** ids or names; null: the provider's own default */
  trusted_users: string[] | null;
  /** our name there, once known */
  login: () => string | null;
  /** our app's id there, when we act as one */
  app_id: string | null;
}

export interface Judgement {
  trust: Trust;
  /** why this one may not start work; null when they may */
  why_not: string | null;
}

/** Judges the one who wrote the text of this event. */
export function judge(provider: Provider, event: DeliveryEvent, door: DoorSettings): Judgement {
  const who = event.actor.name ?? "a deleted account";
  const own = ownBy(provider, event, door);
  if (own) return { trust: "self", why_not: `a post of our own (${own})` };
  if (event.actor.is_bot) return { trust: "bot", why_not: `${who} is a bot` };
  if (isTrusted(provider, event, door.trusted_users)) return { trust: "trusted", why_not: null };
  const list = provider.trusted_setting;
  const standing = door.trusted_users
    ? `is not in ${list}`
    : `is ${event.actor.association || "nobody known"} here (${list} may name them)`;
  return { trust: "untrusted", why_not: `${who} ${standing}` };
}

/** By what a post shows itself as ours, or null. */
function ownBy(provider: Provider, event: DeliveryEvent, door: DoorSettings): string | null {
  const login = door.login();
  if (login !== null && sameName(event.actor.name, login)) {
    return `${login} is who we are there, by ${provider.login_setting} or the token`;
  }
  if (door.app_id !== null && event.via_app_id === door.app_id) return "posted by our app";
  return provider.isOwnText(event.text ?? "") ? "it carries our marker" : null;
}

function isTrusted(provider: Provider, { actor }: DeliveryEvent, list: string[] | null): boolean {
  if (actor.id === null) return false;
  if (list === null) return provider.trusted_associations.includes(actor.association ?? "");
  return list.some((entry) => {
    if (entry === "*") return true;
    // a name made of digits only could be somebody else's id
    return /^\d+$/.test(entry) ? entry === actor.id : sameName(actor.name, entry);
  });
}

const sameName = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();
