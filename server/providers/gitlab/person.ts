import type { Person } from "@/server/providers/provider.ts";
import { bodyKind } from "./kind.ts";
import type { AnyEvent } from "./schema.ts";
import { NOBODY } from "./text.ts";

/** Users that GitLab makes for tokens and for itself; nobody sits behind them. */
const BOT =
  /^(?:(?:project|group)_\d{1,20}_bot|service_account_|(?:alert|support|security|automation)-bot)/i;
const BY_CLOCK = ["access_token"];

/** Who made this happen. GitLab does not always name them: then they are nobody that we know. */
export function actorOf(any: AnyEvent): Person {
  const by_push = any.ref && any.user_username ? any.user_username : null;
  const name = any.user?.username ?? by_push;
  const id = any.user ? any.user.id ?? null : by_push && any.user_id;
  if (name || id) {
    return {
      id: id ? String(id) : null,
      name,
      association: null,
      is_bot: BOT.test(name ?? ""),
    };
  }
  return BY_CLOCK.includes(bodyKind(any) ?? "")
    ? NOBODY
    : { ...NOBODY, name: "somebody whom GitLab does not name" };
}
