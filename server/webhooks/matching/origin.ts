/** Is what came in a doing of our own? The outbox knows; it is asked only where something hints at it. */
import type { Database } from "@/db/client.ts";
import { type Noted, notedBy } from "@/db/replies/noted.ts";
import type { DeliveryEvent, Person } from "@/server/providers/provider.ts";
import type { Signs } from "@/server/providers/signs.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";

/** From where a post comes that no person wrote. */
export interface Origin {
  /** else it is of another installation of this system */
  is_ours: boolean;
  why: string;
}

type Known = Pick<Webhook, "provider" | "own_name" | "webhook_id">;

/** What hints at our having done it, as far as the delivery tells. */
export interface Hint {
  signs: Signs;
  /** by the account whose token we use; null: not known yet */
  by_own_account: boolean | null;
  /** it is new: else something was changed that stood there before */
  is_new: boolean;
}

/** Asks the outbox where an event may be a doing of ours; null: somebody else's. */
export async function originOf(
  db: Database,
  webhook: Known,
  event: DeliveryEvent,
): Promise<Origin | null> {
  const hint = hintOf(event, webhook);
  if (!hint) return null;
  const { signs: { ids, marker, kind }, by_own_account, is_new } = hint;
  if (kind === "echo" && marker === null) return judgeOrigin(hint, []);
  const provider = webhook.provider.name;
  const may_be_unnoted = kind === "unmarked" && is_new && by_own_account === true;
  const flow_id = may_be_unnoted ? flowId(provider, event, webhook.webhook_id) : null;
  const name = marker && idIn(marker);
  return judgeOrigin(hint, await notedBy(db, { provider, outside_ids: ids, name, flow_id }));
}

/** Null for the usual delivery: neither a marker nor the account whose token we use hints at us. */
function hintOf({ signs, actor, text }: DeliveryEvent, webhook: Known): Hint | null {
  if (!signs) return null;
  const by_own_account = webhook.own_name() === null ? null : isOwnAccount(actor, webhook);
  const told_by_id = signs.kind === "unmarked" || signs.kind === "deed";
  const may_be = signs.marker !== null || by_own_account === true ||
    (by_own_account === null && told_by_id);
  return may_be ? { signs, by_own_account, is_new: text !== null } : null;
}

/** What the outbox knows → whose doing it is; null: that of whoever the delivery names. Pure. */
export function judgeOrigin(hint: Hint, noted: Noted[]): Origin | null {
  const { signs: { ids, marker, kind }, by_own_account, is_new } = hint;
  const may_be_us = by_own_account !== false;
  const ours = (why: string): Origin => ({ is_ours: true, why });
  const known = new Set(noted.flatMap(({ outside_ids }) => outside_ids));
  if (ids.length > 0 && ids.every((id) => known.has(id)) && (is_new || may_be_us)) {
    return ours("the outbox has noted it");
  }
  if (marker !== null) {
    const replies = noted.filter(({ names }) => names.includes(idIn(marker)));
    if (replies.length === 0) {
      return { is_ours: false, why: "posted by another installation of this agent" };
    }
    const is_out = replies.every(({ outside_ids }) => outside_ids.length > partIn(marker));
    // what is out has another id: this is a copy, or somebody changed what we wrote
    return !is_out && may_be_us ? ours("it carries our marker") : null;
  }
  if (kind === "echo") return ours("it comes along with a comment of ours in a review");
  return kind === "unmarked" && is_new && noted.some(({ is_under_way }) => is_under_way)
    ? ours("the same account is sending a comment of ours here right now, and this may be it")
    : null;
}

/** `{id}` is the first part, `{id}.2` the second. */
const idIn = (marker: string): string => marker.replace(/\.\d+$/, "");
const partIn = (marker: string): number => Number(/\.(\d+)$/.exec(marker)?.[1] ?? 1) - 1;

/** Is this the account whose token we use? A person may use it, too. */
export function isOwnAccount(
  { id, name }: Person,
  { own_name }: Pick<Webhook, "own_name">,
): boolean {
  const own = own_name();
  return own !== null && (sameName(name, own) || id === own);
}

/** Names at providers do not differ by case. */
export const sameName = (a: string | null, b: string): boolean =>
  a?.toLowerCase() === b.toLowerCase();
