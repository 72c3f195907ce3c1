const UNIFORM =
  // deno-lint-ignore no-control-regex
  /\r\n?|[\u2028\u2029]|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]|[\u0000\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+/g;

// Invisible characters go, but behind the first one of a mention: there they break it on purpose.
export function normalise(text: string, mentions: string[]): string {
  const firsts = new Set(mentions.map((mention) => mention[0]));
  return text.replace(UNIFORM, (found, offset: number) => {
    if (found[0] === "\r" || found === "\u2028" || found === "\u2029") return "\n";
    if (/\s/.test(found) && found !== "\ufeff") return " ";
    return firsts.has(text[offset - 1]) ? found : "";
  });
}
