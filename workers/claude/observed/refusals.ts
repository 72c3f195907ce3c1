import { MOST_REFUSALS, type Refusal } from "@/db/nouns/coverage.ts";
import { shortName } from "@/workers/claude/observed/tally.ts";
import { sameWork } from "@/workers/claude/observed/tools.ts";

export interface Call {
  tool: string;
  subject: string;
  by_sub_agent: boolean;
}

type Group = Refusal & { work: string };

/** What the CLI would not do, with equal calls as one; what is too much as `others`. */
export class Refusals {
  readonly #groups = new Map<string, Group>();

  add(call: Call): void {
    const group = this.#groupOf(call);
    group.count++;
    group.made_good = false;
  }

  /** A call that was done: what was refused of the same work has been made good. */
  done({ tool, subject }: Call): void {
    if (this.#groups.size === 0) return;
    const work = sameWork(tool, subject);
    for (const group of this.#groups.values()) {
      if (group.tool === tool && group.work === work) group.made_good = true;
    }
  }

  list(): Refusal[] {
    return [...this.#groups.values()].map(({ tool, what, count, by_sub_agent, made_good }) => ({
      tool,
      what,
      count,
      by_sub_agent,
      made_good,
    }));
  }

  #groupOf({ tool, subject, by_sub_agent }: Call): Group {
    const name = shortName(tool) || "a tool without a name";
    const what = shortName(subject);
    const key = JSON.stringify([name, what, by_sub_agent]);
    const known = this.#groups.get(key);
    if (known) return known;
    const is_full = this.#groups.size >= MOST_REFUSALS - 1;
    return is_full ? this.#keep("others", others()) : this.#keep(key, {
      tool: name,
      what,
      by_sub_agent,
      count: 0,
      made_good: false,
      work: sameWork(tool, subject),
    });
  }

  #keep(key: string, group: Group): Group {
    const kept = this.#groups.get(key) ?? group;
    this.#groups.set(key, kept);
    return kept;
  }
}

const others = (): Group => ({
  tool: "others",
  what: "",
  by_sub_agent: false,
  count: 0,
  made_good: false,
  work: "",
});
