import { compileSecrets, type Redactor, redactorBy } from "@/db/process/redact.ts";
import type { Trie } from "@/db/process/redact/trie.ts";
import { type Secret, secretsIn } from "@/db/process/secret.ts";

/** Tokens that were made while running are kept by number: they last for an hour. */
const MOST_MINTED = 500;

export class HeldSecrets {
  readonly redactor: Redactor = redactorBy([
    () => this.#lasting ??= compileSecrets(new Set([...this.#by_source.values()].flat())),
    () => this.#minted_trie ??= compileSecrets(this.#minted),
  ]);
  readonly #by_source = new Map<string, string[]>();
  #lasting: Trie | null = null;
  /** On their own: a new token does not make thousands of other secrets be compiled again. */
  #minted: string[] = [];
  #minted_trie: Trie | null = null;

  constructor(settings: Record<string, Secret> = {}) {
    this.put("settings", secretsIn(settings));
  }

  /** These are all that `source` holds. */
  put(source: string, secrets: string[]): void {
    const before = this.#by_source.get(source) ?? [];
    this.#by_source.set(source, secrets);
    const is_same = before.length === secrets.length &&
      before.every((one, i) => one === secrets[i]);
    if (!is_same) this.#lasting = null;
  }

  minted(token: string): void {
    if (this.#minted.includes(token)) return;
    this.#minted = [...this.#minted, token].slice(-MOST_MINTED);
    this.#minted_trie = null;
  }
}
