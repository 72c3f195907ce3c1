/** Sample deliveries by name, whatever a provider's look like. */
import type { Provider, Sample } from "@/server/providers/provider.ts";

/** What every kind of sample has; the rest is its provider's. */
export interface SampleKind {
  /** what it says when nothing else is given */
  text: string;
}

/**
 * Both halves of a provider's samples: what can be sent, and the delivery of a name. Each call of
 * `sample` is a new delivery, with ids of its own, signed with `secret`.
 * @param make the delivery of one kind that says `text`
 * @throws RangeError (`sample`) when there is no such sample
 */
export function samplesOf<K extends SampleKind>(
  kinds: Readonly<Record<string, K>>,
  make: (kind: K, text: string, secret: string, now: Date) => Sample,
): Pick<Provider, "samples" | "sample"> {
  return {
    samples: kinds,
    sample(name, secret, text, now) {
      if (!Object.hasOwn(kinds, name)) {
        throw new RangeError(`no sample ${name}; there are ${Object.keys(kinds).join(", ")}`);
      }
      return make(kinds[name], text ?? kinds[name].text, secret, now);
    },
  };
}
