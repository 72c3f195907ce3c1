/** Whether we did what came in. The outbox knows, and is asked only where something hints at it. */
import type { Database } from "@/db/client.ts";
import { type Noted, notedBy } from "@/db/replies/noted.ts";
import type { DeliveryEvent, Person } from "@/server/providers/provider.ts";
import type { Signs } from "@/server/providers/signs.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { flowId } from "@/server/webhooks/deciding/flow_id.ts";

/** Where a post comes from that no person wrote. */
export interface Origin {
  /** false: it is of another installation of this system */
  is_ours: boolean;
  why: string;
}

type Identity = Pick<Webhook, "provider" | "own_name" | "webhook_id">;

export interface Hint {
  signs: Signs;
  /** by the account whose token we use; null: not known yet */
  by_own_account: boolean | null;
  /** false: something was changed that stood there before */
  is_new: boolean;
}

/** Asks the outbox where the event may be ours; null: somebody else did it. */
export async function originOf(
  db: Database,
  webhook: Identity,
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

/** Null, as usual: neither a marker nor the account whose token we use hints at us. */
function hintOf({ signs, actor, text }: DeliveryEvent, webhook: Identity): Hint | null {
  if (!signs) return null;
  const by_own_account = webhook.own_name() === null ? null : isOwnAccount(actor, webhook);
  const told_by_id = signs.kind === "unmarked" || signs.kind === "deed";
  const may_be = signs.marker !== null || by_own_account === true ||
    (by_own_account === null && told_by_id);
  return may_be ? { signs, by_own_account, is_new: text !== null } : null;
}

/** Decides by what the outbox noted; null: whoever the delivery names did it. */
export function judgeOrigin(hint: Hint, noted: Noted[]): Origin | null {
  const { signs: { ids, marker, kind }, by_own_account, is_new } = hint;
  const may_be_us = by_own_account !== false;
  const known = new Set(noted.flatMap(({ outside_ids }) => outside_ids));
  if (ids.length > 0 && ids.every((id) => known.has(id)) && (is_new || may_be_us)) {
    return ours("the outbox has noted it");
  }
  if (marker !== null) return judgeMarker(marker, may_be_us, noted);
  if (kind === "echo") return ours("it comes along with a comment of ours in a review");
  return kind === "unmarked" && is_new && noted.some(({ is_under_way }) => is_under_way)
    ? ours("the same account is sending a comment of ours here right now, and this may be it")
    : null;
}

function judgeMarker(marker: string, may_be_us: boolean, noted: Noted[]): Origin | null {
  const replies = noted.filter(({ names }) => names.includes(idIn(marker)));
  if (replies.length === 0) {
    return { is_ours: false, why: "posted by another installation of this agent" };
  }
  const is_out = replies.every(({ outside_ids }) => outside_ids.length > partIn(marker));
  // what is out has another id: this is a copy, or somebody changed what we wrote
  return !is_out && may_be_us ? ours("it carries our marker") : null;
}

const ours = (why: string): Origin => ({ is_ours: true, why });

/** `{id}` is the first part, `{id}.2` the second. */
const idIn = (marker: string): string => marker.replace(/\.\d+$/, "");
const partIn = (marker: string): number => Number(/\.(\d+)$/.exec(marker)?.[1] ?? 1) - 1;

/** The account whose token we use; a person may use it, too. */
export function isOwnAccount(
  { id, name }: Person,
  { own_name }: Pick<Webhook, "own_name">,
): boolean {
  const own = own_name();
  return own !== null && (sameName(name, own) || id === own);
}

export const sameName = (a: string | null, b: string): boolean =>
  a?.toLowerCase() === b.toLowerCase();
