/** Whether each of the first 128 characters belongs to a class; all others do not. */
export type CharacterClass = Uint8Array;

export function charactersOf(pattern: RegExp): CharacterClass {
  return Uint8Array.from(
    { length: 128 },
    (_, code) => pattern.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

/** Where the characters of `one` that begin at `from` end. A regex would keep a stack of them. */
export function runEnd(text: string, from: number, one: CharacterClass): number {
  let at = from;
  while (at < text.length && one[text.charCodeAt(at)] === 1) at++;
  return at;
}
