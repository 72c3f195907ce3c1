import type { Finder, Hide } from "@/db/process/redact/stream.ts";
import { FIRST, ROOT, type Trie } from "@/db/process/redact/trie.ts";

/** A beginning as long as this one is a piece of a secret, when the text ends within it. */
const LONG_BEGINNING = 8;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

export class HeldFinder implements Finder {
  /** In the root: where one may begin. Deeper: the next character to look at. */
  #at = 0;
  #node = ROOT;
  /** Ends of lines in the middle of what was matched: `base64` breaks its lines. */
  #breaks = 0;
  #trie: Trie;
  readonly #current: () => Trie;

  constructor(current: () => Trie) {
    this.#current = current;
    this.#trie = current();
  }

  read(text: string, last: boolean, hide: Hide): number {
    this.#refresh();
    if (this.#trie.is_empty) return this.#at = text.length;
    for (;;) {
      if (this.#node === ROOT) {
        if (!this.#begin(text)) break;
      } else if (this.#at === text.length) break;
      else this.#follow(text.charCodeAt(this.#at), hide);
    }
    if (last) this.#finish(text, hide);
    return this.#start();
  }

  dropped(count: number): void {
    this.#at -= count;
  }

  /** With other secrets, what was undecided is looked at again. */
  #refresh(): void {
    const current = this.#current();
    if (current === this.#trie) return;
    this.#at = this.#start();
    this.#node = ROOT;
    this.#trie = current;
  }

  #start(): number {
    if (this.#node === ROOT) return this.#at;
    return this.#at - this.#trie.depth[this.#node] - this.#breaks;
  }

  /** Goes to the next place where one begins; false when the text ends before it is known. */
  #begin(text: string): boolean {
    const trie = this.#trie;
    this.#breaks = 0;
    this.#at = trie.next(text, this.#at);
    while (this.#at + FIRST <= text.length) {
      this.#node = trie.walk(text, this.#at, this.#at + FIRST);
      this.#at += this.#node === ROOT ? 1 : FIRST;
      if (this.#node !== ROOT) return true;
      this.#at = trie.next(text, this.#at);
    }
    while (
      this.#at < text.length && trie.walk(text, this.#at, text.length) === ROOT
    ) this.#at++;
    return false;
  }

  #follow(code: number, hide: Hide): void {
    const { depth, fail, match } = this.#trie;
    let node = this.#node;
    let next = this.#trie.child(node, code);
    if (next === ROOT && this.#isBreak(code)) {
      this.#breaks++;
      this.#at++;
      return;
    }
    while (next === ROOT && depth[node] >= FIRST) {
      node = fail[node];
      if (depth[node] >= FIRST) next = this.#trie.child(node, code);
    }
    this.#node = next;
    // Too little is left to go on with: it is looked at again as a beginning.
    if (next === ROOT) this.#at -= depth[node];
    else {
      this.#at++;
      if (match[next] > 0) hide(this.#at - match[next] - this.#breaks, this.#at);
    }
  }

  #isBreak(code: number): boolean {
    const is_break = code === LINE_FEED || code === CARRIAGE_RETURN;
    return is_break && this.#breaks * 4 <= this.#trie.depth[this.#node] - LONG_BEGINNING;
  }

  #finish(text: string, hide: Hide): void {
    const { depth, fail, total } = this.#trie;
    for (let node = this.#node; depth[node] >= LONG_BEGINNING; node = fail[node]) {
      if (depth[node] * 2 >= total[node]) {
        hide(text.length - depth[node] - this.#breaks, text.length);
        break;
      }
    }
    this.#node = ROOT;
    this.#at = text.length;
  }
}
