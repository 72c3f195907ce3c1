import type { Person } from "@/server/providers/provider.ts";
import type { AnyEvent } from "./schema.ts";

export const NOBODY: Person = { id: null, name: null, association: null, is_bot: false };

export function actorOf({ actor, action, data }: AnyEvent): Person {
  if (!actor) return { ...NOBODY, name: "somebody whom Linear does not name" };
  // a later change tells of the app that created it, too
  const by_app = action === "create" && Boolean(data?.botActor);
  const is_bot = by_app || (actor.type ?? "user").toLowerCase() !== "user";
  const id = actor.id ?? null;
  return { id, name: handleOf(actor) ?? id, association: null, is_bot };
}

/** Who wrote a comment. An app may write in the name of somebody, here or elsewhere. */
export function authorOf(event: AnyEvent): Person {
  const { user, userId, externalUserId } = event.data!;
  const actor = actorOf(event);
  if (event.data!.botActor) return { ...actor, is_bot: true };
  const id = user?.id ?? userId ?? null;
  if (id === null) return { ...NOBODY, id: externalUserId ?? null, name: OUTSIDE };
  const name = handleOf(user) ?? (actor.id === id ? actor.name : null) ?? id;
  return { id, name, association: null, is_bot: actor.is_bot };
}

const OUTSIDE = "somebody outside of Linear";

/** Names are chosen freely; the one in the address of the profile is the workspace's own. */
export function handleOf(user: { url?: string | null } | null | undefined): string | null {
  const { host, pathname } = URL.parse(user?.url ?? "") ?? {};
  if (host !== "linear.app") return null;
  const [, part] = /^\/[\w-]+\/profiles\/([^/]{1,900})$/.exec(pathname ?? "") ?? [];
  const handle = decoded(part ?? "");
  // a character that only looks like another one would be its equal in lower case
  return /^[\p{L}\p{M}\p{N} _.-]{1,100}$/u.test(handle) && handle.normalize("NFKC") === handle
    ? handle
    : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
