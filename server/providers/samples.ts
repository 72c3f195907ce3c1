import type { Provider, Sample } from "@/server/providers/provider.ts";

export interface SampleKind {
  text: string;
}

/** Both halves of a provider's samples: what can be sent, and the delivery of a name. Each call
 * of `sample` is a new delivery, with ids of its own, signed with `secret`. Throws RangeError. */
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
