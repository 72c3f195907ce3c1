/** Turns calls that wait at the same moment into one call over all of them. */
export interface GroupOptions<Item, Result> {
  /** Handles several at once and answers in the same order. */
  run: (items: Item[]) => Promise<Result[]>;
  /** Most items in one call. */
  largest: number;
  /** Most calls under way. With none under way an item starts at once, alone. */
  in_flight: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * A function that groups its concurrent calls. When a group fails, its members are tried one by
 * one, so that a bad one fails alone.
 */
export function grouped<Item, Result>(options: GroupOptions<Item, Result>) {
  const waiting: Waiting<Item, Result>[] = [];
  let flying = 0;

  async function next(): Promise<void> {
    if (flying >= options.in_flight || waiting.length === 0) return;
    const group = waiting.splice(0, options.largest);
    flying++;
    try {
      await settle(group);
    } finally {
      flying--;
      void next();
    }
  }

  async function settle(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await options.run(group.map(({ item }) => item));
      group.forEach(({ resolve }, i) => resolve(results[i]));
    } catch (error) {
      if (group.length === 1) group[0].reject(error);
      else for (const one of group) await settle([one]);
    }
  }

  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Senders of the same tick should share the first group.
      queueMicrotask(() => void next());
    });
}
