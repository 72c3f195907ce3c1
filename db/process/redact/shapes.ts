import { type InKey, keyHeadAt, readKey } from "@/db/process/redact/private_key.ts";
import type { Finder, Hide } from "@/db/process/redact/stream.ts";
import { passwordAt } from "@/db/process/redact/url_password.ts";
import { isTokenHead, jointsEnd, type Kind, kindOf, tokenEnd } from "@/db/process/redact/tokens.ts";

const KEY_HEADS = ["-----BEGIN ", "---- BEGIN "];
const URL_HEADS = ["://", ":\\/\\/"];
const TOKEN_HEADS = [
  "ghp_",
  "gho_",
  "ghu_",
  "ghs_",
  "ghr_",
  "github_pat_",
  "glpat-",
  "glrt-",
  "gldt-",
  "xoxa-",
  "xoxb-",
  "xoxe-",
  "xoxp-",
  "xoxr-",
  "xoxs-",
  "xapp-",
  "sk-ant-",
  "cca_",
  "AKIA",
  "ASIA",
  "whsec_",
];
const HEADS = [...TOKEN_HEADS, ...KEY_HEADS, ...URL_HEADS];
const HEAD = new RegExp(HEADS.map((head) => RegExp.escape(head)).join("|"), "g");
const BEGINNINGS = new Set(
  HEADS.flatMap((head) => Array.from({ length: head.length - 1 }, (_, i) => head.slice(0, i + 1))),
);
const LONGEST_BEGINNING = Math.max(...[...BEGINNINGS].map((text) => text.length));

/** What the text is in the middle of, at the place that is looked at. */
type Within = { token: Kind } | { key: InKey } | null;

/** Once the head of a token or a key was hidden, all that can belong to it is, too. */
export class ShapeFinder implements Finder {
  #at = 0;
  #within: Within = null;
  /** What lies before is decided. */
  #safe = 0;

  read(text: string, last: boolean, hide: Hide): number {
    while (this.#step(text, last, hide)) { /* one thing after the other */ }
    if (last) this.#at = this.#safe = text.length;
    return this.#safe;
  }

  dropped(count: number): void {
    this.#at -= count;
    this.#safe -= count;
  }

  #decide(at: number): void {
    this.#at = at;
    this.#safe = Math.max(this.#safe, at);
  }

  /** False when the text ends before the next thing is decided. */
  #step(text: string, last: boolean, hide: Hide): boolean {
    if (this.#within === null) return this.#search(text, last, hide);
    if ("token" in this.#within) return this.#inToken(text, this.#within.token, hide);
    const { key } = this.#within;
    const { hidden_to, is_over, waits } = readKey(text, this.#at, key, last);
    hide(this.#at, hidden_to);
    if (is_over) this.#within = null;
    this.#decide(hidden_to);
    return !waits;
  }

  #inToken(text: string, kind: Kind, hide: Hide): boolean {
    const end = tokenEnd(text, this.#at, kind);
    hide(this.#at, end);
    this.#decide(end);
    // A dot at the end of a sentence is no part of a token, one before more of it is.
    if (jointsEnd(text, end, kind) === text.length) return false;
    if (kind.then?.characters[text.charCodeAt(end)] === 1) {
      this.#within = { token: kind.then };
      return true;
    }
    this.#within = null;
    // Its last characters may be the head of the next one, as in `whsec_…glpat-…`.
    this.#at = Math.max(0, end - LONGEST_BEGINNING);
    return true;
  }

  #search(text: string, last: boolean, hide: Hide): boolean {
    HEAD.lastIndex = this.#at;
    const found = HEAD.exec(text);
    if (!found) {
      this.#decide(beginningAt(text, this.#at));
      return false;
    }
    const [head] = found;
    this.#decide(found.index);
    const body = found.index + head.length;
    if (URL_HEADS.includes(head)) return this.#password(text, body, last, hide);
    if (KEY_HEADS.includes(head)) return this.#key(text, body, last, hide);
    return this.#token(text, body, kindOf(head), hide);
  }

  #token(text: string, body: number, kind: Kind, hide: Hide): boolean {
    const verdict = isTokenHead(text, this.#at, body, kind);
    if (verdict === "wait") return false;
    if (verdict === "yes") {
      hide(this.#at, body);
      this.#within = { token: kind };
      this.#decide(body);
    } else this.#decide(this.#at + 1);
    return true;
  }

  #key(text: string, body: number, last: boolean, hide: Hide): boolean {
    const { verdict, end } = keyHeadAt(text, body);
    if (verdict === "wait" && !last) return false;
    if (verdict === "yes") {
      hide(this.#at, end);
      this.#within = { key: { has_lines: false } };
      this.#decide(end);
    } else this.#decide(this.#at + 1);
    return true;
  }

  #password(text: string, body: number, last: boolean, hide: Hide): boolean {
    const found = passwordAt(text, body, last);
    if (found === "wait") {
      this.#safe = Math.max(this.#safe, body);
      return false;
    }
    if (found) hide(found.start, found.end);
    this.#decide(found ? found.end : body);
    return true;
  }
}

/** Where the longest end of the text begins that may be the beginning of a head. */
function beginningAt(text: string, from: number): number {
  for (let at = Math.max(from, text.length - LONGEST_BEGINNING); at < text.length; at++) {
    if (BEGINNINGS.has(text.slice(at))) return at;
  }
  return text.length;
}
