import { type CharacterClass, charactersOf, runEnd } from "@/db/process/redact/characters.ts";

export interface Kind {
  characters: CharacterClass;
  /** Whether dots and dashes may lie between its characters. */
  has_joints: boolean;
  /** The fewest characters behind the head that make it a token, where a word begins there. */
  least: number;
  /** The same in the middle of a word, where the head may have come about by chance. */
  least_within: number;
  then?: Kind;
}

const WORD = charactersOf(/\w/);
const BASE64 = charactersOf(/[\w+/]/);
const JOINT = charactersOf(/[.-]/);
const CAPITALS = charactersOf(/[0-9A-Z]/);

const TOKEN: Kind = { characters: WORD, has_joints: true, least: 10, least_within: 36 };
const UNLIKELY_WORD: Kind = { ...TOKEN, least_within: 20 };
const PADDING: Kind = {
  characters: charactersOf(/=/),
  has_joints: false,
  least: 0,
  least_within: 0,
};
const WEBHOOK: Kind = {
  characters: BASE64,
  has_joints: false,
  least: 24,
  least_within: 24,
  then: PADDING,
};
const AWS: Kind = { characters: CAPITALS, has_joints: false, least: 16, least_within: Infinity };
/** In a row: five dashes begin a key. */
const MOST_JOINTS = 3;

export function kindOf(head: string): Kind {
  if (head === "whsec_") return WEBHOOK;
  if (/^(?:gl|x)/.test(head)) return UNLIKELY_WORD;
  return /^A/.test(head) ? AWS : TOKEN;
}

export function isTokenHead(
  text: string,
  start: number,
  body: number,
  kind: Kind,
): "yes" | "no" | "wait" {
  const least = beginsWord(text, start) ? kind.least : kind.least_within;
  if (least === Infinity) return "no";
  const window = text.slice(body, body + least + MOST_JOINTS + 1);
  const end = tokenEnd(window, 0, kind);
  if (end >= least) return "yes";
  return jointsEnd(window, end, kind) === window.length ? "wait" : "no";
}

export function tokenEnd(text: string, from: number, kind: Kind): number {
  for (let end = runEnd(text, from, kind.characters);;) {
    const next = jointsEnd(text, end, kind);
    const more = runEnd(text, next, kind.characters);
    if (more === next) return end;
    end = more;
  }
}

export function jointsEnd(text: string, from: number, { has_joints }: Kind): number {
  const most = Math.min(text.length, from + MOST_JOINTS);
  let at = from;
  while (has_joints && at < most && JOINT[text.charCodeAt(at)] === 1) at++;
  return at;
}

/** What ends an escape is no word: `\n` of JSON, `%20` of an address, the `m` of a colour. */
function beginsWord(text: string, at: number): boolean {
  return /(?:^|[^A-Za-z0-9_]|m|\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u[0-9a-f]{4})$/
    .test(text.slice(Math.max(0, at - 6), at));
}
