// In db/ because whatever leaves a process is redacted: logs, rows, replies and pages of each.
import { formsOf } from "@/db/process/redact/forms.ts";
import { HeldFinder } from "@/db/process/redact/held.ts";
import { RedactionStream } from "@/db/process/redact/stream.ts";
import { secretsIn } from "@/db/process/redact/secrets_in.ts";
import { ShapeFinder } from "@/db/process/redact/shapes.ts";
import { Trie } from "@/db/process/redact/trie.ts";

export type { RedactionStream } from "@/db/process/redact/stream.ts";

export interface Redactor {
  redact(text: string): string;
  /** The same for the beginning of a longer text: it may end within a secret. */
  redactCut(text: string): string;
  /** What it would take out of a whole text, each piece as it stands there. */
  secretsIn(text: string): string[];
  stream(): RedactionStream;
}

export function createRedactor(secrets: string[]): Redactor {
  const trie = compileSecrets(secrets);
  return redactorBy([() => trie]);
}

export const compileSecrets = (secrets: Iterable<string>): Trie =>
  new Trie([...secrets].flatMap(formsOf));

/** A redactor that asks for the secrets, some here, some there, each time it is given a text. */
export function redactorBy(secrets: (() => Trie)[]): Redactor {
  const finders = () => [...secrets.map((some) => new HeldFinder(some)), new ShapeFinder()];
  const stream = () => new RedactionStream(finders());
  return {
    stream,
    secretsIn: (text) => secretsIn(text, finders()),
    redact(text) {
      const whole = stream();
      return whole.push(text) + whole.end();
    },
    redactCut(text) {
      const beginning = stream();
      const shown = beginning.push(text);
      beginning.cut();
      return shown + beginning.end();
    },
  };
}
