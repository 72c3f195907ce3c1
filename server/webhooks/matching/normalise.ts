/** Text as people write it, made plain for matching. */

const UNIFORM =
  // deno-lint-ignore no-control-regex
  /\r\n?|[\u2028\u2029]|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\u0000\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+/g;

/**
 * One kind of line end and of space, and no characters that nobody sees.
 * Only behind the first character of a mention they stay: that is how we (and others) break
 * a mention on purpose, so `@` + zero width + `agent` is not `@agent`.
 */
export function normalise(text: string, mentions: string[]): string {
  const firsts = new Set(mentions.map((mention) => mention[0]));
  return text.replace(UNIFORM, (found, offset: number) => {
    if (found[0] === "\r" || found === "\u2028" || found === "\u2029") return "\n";
    if (/\s/.test(found) && found !== "\ufeff") return " ";
    return firsts.has(text[offset - 1]) ? found : "";
  });
}
