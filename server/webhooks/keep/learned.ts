import { getLogger } from "@logtape/logtape";
import type { Database } from "@/db/client.ts";
import { coalesced } from "@/db/process/coalesced.ts";
import { getSetting } from "@/db/settings.ts";

const log = getLogger(["agent", "server"]);

/** Who we are at each provider and who belongs there, as the worker learned it. */
export class Learned {
  #own_names: Record<string, { name: string }> = {};
  #slack_members: ReadonlySet<string> | null = null;

  constructor(private readonly db: Database) {}

  ownName(provider: string): string | null {
    return this.#own_names[provider]?.name ?? null;
  }

  fullMembers(provider: string): ReadonlySet<string> | null {
    return provider === "slack" ? this.#slack_members : null;
  }

  readonly read = coalesced(async () => {
    const [own_names, slack] = await Promise.all([
      getSetting(this.db, "own_names"),
      getSetting(this.db, "slack_full_members"),
    ]);
    for (const [provider, { name }] of Object.entries(own_names ?? {})) {
      if (name !== this.ownName(provider)) {
        log.info("we are {name} at {provider}", { name, provider });
      }
    }
    this.#own_names = own_names ?? {};
    this.#slack_members = slack && new Set(slack.ids);
  });
}
