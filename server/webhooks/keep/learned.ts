import { getLogger } from "@logtape/logtape";
import type { Database } from "@/db/client.ts";
import { coalesced } from "@/db/process/coalesced.ts";
import { getSetting } from "@/db/settings.ts";
import { providers } from "@/server/providers/mod.ts";

const log = getLogger(["agent", "server"]);

/** Who we are at each provider and who belongs there, as the worker learned it. */
export class Learned {
  #own_names: Record<string, { name: string }> = {};
  #full_members: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  constructor(private readonly db: Database) {}

  ownName(provider: string): string | null {
    return this.#own_names[provider]?.name ?? null;
  }

  fullMembers(provider: string): ReadonlySet<string> | null {
    return this.#full_members.get(provider) ?? null;
  }

  readonly read = coalesced(async () => {
    const [own_names, full_members] = await Promise.all([
      getSetting(this.db, "own_names"),
      readFullMembers(this.db),
    ]);
    for (const [provider, { name }] of Object.entries(own_names ?? {})) {
      if (name !== this.ownName(provider)) {
        log.info("we are {name} at {provider}", { name, provider });
      }
    }
    this.#own_names = own_names ?? {};
    this.#full_members = full_members;
  });
}

async function readFullMembers(db: Database): Promise<Map<string, ReadonlySet<string>>> {
  const learned = [...providers.values()]
    .filter(({ trusted_associations }) => trusted_associations.includes("FULL_MEMBER"));
  const known = await Promise.all(learned.map(async ({ name }) => {
    const members = await getSetting(db, `${name}_full_members`);
    return members ? [[name, new Set(members.ids)] as const] : [];
  }));
  return new Map(known.flat());
}
