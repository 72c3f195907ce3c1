import type { Person } from "@/server/providers/provider.ts";
import type { Actor, AnyEvent, User } from "./schema.ts";

export const NOBODY: Person = { id: null, name: null, association: null, is_bot: false };

/** Who made this happen: a person, an app or an integration. */
export function actorOf({ actor }: Pick<AnyEvent, "actor">): Person {
  if (!actor) return { ...NOBODY, name: "somebody whom Linear does not name" };
  const is_bot = (actor.type ?? "user").toLowerCase() !== "user";
  const id = actor.id ?? null;
  return { id, name: handleOf(actor) ?? id, association: null, is_bot };
}

/** Who wrote a comment; an app may write in the name of somebody elsewhere. */
export function authorOf({ actor, data }: AnyEvent): Person {
  const { user, userId, externalUserId, botActor } = data!;
  if (botActor) return { ...actorOf({ actor }), is_bot: true };
  const id = user?.id ?? userId ?? null;
  if (id === null) return { ...NOBODY, id: externalUserId ?? null, name: OUTSIDE };
  const is_actor = actor?.id === id;
  const is_bot = is_actor && actorOf({ actor }).is_bot;
  return {
    id,
    name: handleOf(user) ?? (is_actor ? handleOf(actor) : null) ?? id,
    association: null,
    is_bot,
  };
}

const OUTSIDE = "somebody outside of Linear";

/** Names are chosen freely; the one in the address of the profile is the workspace's own. */
function handleOf(user: User | Actor): string | null {
  const { host, pathname } = URL.parse(user?.url ?? "") ?? {};
  if (host !== "linear.app") return null;
  return /^\/[\w-]+\/profiles\/([\w.-]{1,100})$/.exec(pathname ?? "")?.[1] ?? null;
}
