/** The node of the empty text. No node has it as its child, so it also says "none". */
export const ROOT = 0;
/** A form is looked for by its first characters; a node below that depth is never waited in. */
export const FIRST = 4;
const SHORTEST = 8;
const HASH = 0x9e3779b1;

/** Aho-Corasick; a table of first characters passes over most places of an ordinary text. */
export class Trie {
  readonly depth: Int32Array;
  /** The node of the longest end of this node's text that is the beginning of one of the texts. */
  readonly fail: Int32Array;
  /** Length of the longest text that ends at this node; 0: none does. */
  readonly match: Int32Array;
  /** Length of the shortest text that goes through this node. */
  readonly total: Int32Array;
  readonly #code: Uint16Array;
  readonly #parent: Int32Array;
  readonly #first_child: Int32Array;
  readonly #more = new Map<number, number>();
  readonly #has_more: Uint8Array;
  readonly #begins = new Uint8Array(65_536);
  #size = 1;

  constructor(texts: string[]) {
    const wanted = [...new Set(texts)].filter((text) => text.length >= SHORTEST);
    const most = wanted.reduce((sum, text) => sum + text.length, 1);
    this.depth = new Int32Array(most);
    this.fail = new Int32Array(most);
    this.match = new Int32Array(most);
    this.total = new Int32Array(most);
    this.#code = new Uint16Array(most);
    this.#parent = new Int32Array(most);
    this.#first_child = new Int32Array(most);
    this.#has_more = new Uint8Array(most);
    for (const text of wanted) this.#add(text);
    this.#link();
  }

  get is_empty(): boolean {
    return this.#size === 1;
  }

  child(node: number, code: number): number {
    const first = this.#first_child[node];
    if (first !== ROOT && this.#code[first] === code) return first;
    return this.#has_more[node] ? this.#more.get(node * 65_536 + code) ?? ROOT : ROOT;
  }

  /** The node of `text` from `start` to `end`, or ROOT where no text begins so. */
  walk(text: string, start: number, end: number): number {
    let node = ROOT;
    for (let at = start; at < end; at++) {
      node = this.child(node, text.charCodeAt(at));
      if (node === ROOT) return ROOT;
    }
    return node;
  }

  /** The first place from `from` on where one may begin; near the end, the first that is too near. */
  next(text: string, from: number): number {
    const end = text.length - FIRST + 1;
    if (from >= end) return from;
    let key = 0;
    for (let at = from; at < from + FIRST - 1; at++) key = (key << 8) ^ text.charCodeAt(at);
    for (let at = from; at < end; at++) {
      key = (key << 8) ^ text.charCodeAt(at + FIRST - 1);
      if (this.#begins[Math.imul(key, HASH) >>> 16] === 1) return at;
    }
    return end;
  }

  #add(text: string): void {
    let key = 0;
    for (let at = 0; at < FIRST; at++) key = (key << 8) ^ text.charCodeAt(at);
    this.#begins[Math.imul(key, HASH) >>> 16] = 1;
    let node = ROOT;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      node = this.child(node, code) || this.#grow(node, code);
      const total = this.total[node];
      this.total[node] = total === 0 ? text.length : Math.min(total, text.length);
    }
    this.match[node] = text.length;
  }

  #grow(parent: number, code: number): number {
    const node = this.#size++;
    this.#code[node] = code;
    this.#parent[node] = parent;
    this.depth[node] = this.depth[parent] + 1;
    if (this.#first_child[parent] === ROOT) this.#first_child[parent] = node;
    else {
      this.#has_more[parent] = 1;
      this.#more.set(parent * 65_536 + code, node);
    }
    return node;
  }

  #link(): void {
    const nodes = new Int32Array(this.#size).map((_, node) => node).subarray(1);
    for (const node of nodes.sort((a, b) => this.depth[a] - this.depth[b])) {
      if (this.depth[node] === 1) continue;
      let before = this.fail[this.#parent[node]];
      while (before !== ROOT && this.child(before, this.#code[node]) === ROOT) {
        before = this.fail[before];
      }
      this.fail[node] = this.child(before, this.#code[node]);
      this.match[node] ||= this.match[this.fail[node]];
    }
  }
}
