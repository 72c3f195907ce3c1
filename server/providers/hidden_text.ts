/** Text from outside as an agent may read it: what a person at the service sees of it, and no more. */
import type { ShownAs } from "./provider.ts";
import { takeCharacters, type TakenCharacter } from "./hidden_text/characters.ts";
import { takeMarkup, type TakenMarkup } from "./hidden_text/markup.ts";

export { MARK as HIDDEN_TEXT_MARK } from "./hidden_text/markup.ts";

export interface Removed {
  kind: TakenMarkup["kind"] | "characters";
  shown: string;
  count: number;
}

export interface Visible {
  text: string;
  removed: Removed[];
}

const LONGEST_SHOWN = 400;

/** So much of a text is looked at: ten times what a prompt has room for. */
export const LONGEST_READ = 200_000;

/** Takes out what nobody sees who looks at this text at its service. Linear in its length. What
 * is beyond `longest` characters is left out, and what is open there with it. */
export function visibleText(text: string, shown_as: ShownAs, longest = LONGEST_READ): Visible {
  const is_cut = text.length > longest;
  const read = is_cut ? text.slice(0, longest) : text;
  const lines = read.includes("\r") ? read.replace(/\r\n?/g, "\n") : read;
  const markup = shown_as === "markdown" ? takeMarkup(lines, is_cut) : { text: lines, taken: [] };
  const { text: left, taken } = takeCharacters(markup.text);
  const removed = markup.taken.map(({ kind, text }) => ({ kind, shown: escaped(text), count: 1 }));
  return { text: left, removed: [...removed, ...runsOf(taken)] };
}

function runsOf(taken: TakenCharacter[]): Removed[] {
  const runs: { characters: string[]; next: number }[] = [];
  for (const { at, character } of taken) {
    const last = runs.at(-1);
    const next = at + character.length;
    if (last?.next === at) {
      last.characters.push(character);
      last.next = next;
    } else runs.push({ characters: [character], next });
  }
  return runs.map(({ characters }) => ({
    kind: "characters",
    shown: shownRun(characters.slice(0, LONGEST_SHOWN)),
    count: characters.length,
  }));
}

/** Tag characters spell ASCII: what they say is shown beside them. */
function shownRun(characters: string[]): string {
  const says = characters.map((character) => {
    const code = character.codePointAt(0)! - 0xe0000;
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "";
  }).join("");
  const escapes = escaped(characters.slice(0, 12).join("")) + (characters.length > 12 ? "…" : "");
  return says === "" ? escapes : `${escapes} which reads "${says}"`;
}

/** Every character that is not plain to see as `\u{200b}`, and no longer than a note should be. */
function escaped(text: string): string {
  const cut = text.length > LONGEST_SHOWN ? `… (${text.length} characters in all)` : "";
  return text.slice(0, LONGEST_SHOWN).toWellFormed().replace(
    /[^\P{C}\n]|[\ufe00-\ufe0f\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b-\u180f\u{e0100}-\u{e01ef}\u2800\u{1d159}\u{16fe4}\u{13430}-\u{1345f}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  ) + cut;
}

/** `1 comment, 12 invisible characters`; empty where nothing was taken out. */
export function countRemoved(removed: Removed[]): string {
  const words = {
    comment: "comment",
    definition: "unused definition",
    info_string: "info string",
    characters: "invisible character",
  };
  return (Object.keys(words) as Removed["kind"][]).flatMap((kind) => {
    const count = removed.reduce((sum, one) => one.kind === kind ? sum + one.count : sum, 0);
    return count === 0 ? [] : `${count} ${words[kind]}${count === 1 ? "" : "s"}`;
  }).join(", ");
}
