export interface GroupOptions<Item, Result> {
  run: (items: Item[]) => Promise<Result[]>;
  largest: number;
  /** Most calls under way. With none under way an item starts at once, alone. */
  in_flight: number;
  /** How long to wait for the call under way, since two small ones cost more than a larger one. */
  patience_ms: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** When a group fails, its members are tried one by one, so that a bad one fails alone. */
export function grouped<Item, Result>(options: GroupOptions<Item, Result>) {
  const waiting: Waiting<Item, Result>[] = [];
  let flying = 0;
  let impatience: ReturnType<typeof setTimeout> | null = null;

  async function next(most = 1): Promise<void> {
    if (waiting.length === 0) return;
    if (flying >= most) return growImpatient();
    const group = waiting.splice(0, options.largest);
    if (waiting.length === 0) calmDown();
    flying++;
    try {
      await settle(group);
    } finally {
      flying--;
      void next();
    }
  }

  function growImpatient(): void {
    impatience ??= setTimeout(() => {
      impatience = null;
      void next(options.in_flight);
    }, options.patience_ms);
  }

  function calmDown(): void {
    if (impatience !== null) clearTimeout(impatience);
    impatience = null;
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
