/** Characters that nobody sees: which of them belong to the writing, and which only carry text. */

const FORMATS = [
  // controls but tab and line ends; soft hyphen, grapheme joiner
  "\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u00ad\\u034f",
  // zero-width space; direction marks, embeddings, overrides and isolates; joiners of words
  "\\u200b\\u200e\\u200f\\u061c\\u202a-\\u202e\\u2060-\\u206f\\ufeff",
  // fillers of Hangul, vowels of Khmer and separators of Mongolian that are written as nothing
  "\\u115f\\u1160\\u3164\\uffa0\\u17b4\\u17b5\\u180e",
  // what stands between lines; shorthand and musical formats; tags and the plane they are in
  "\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}",
  // a note head and a filler of Khitan without ink; what arranges hieroglyphs
  "\\u{1d159}\\u{16fe4}\\u{13430}-\\u{1345f}",
  // code points that never become characters
  "\\ufdd0-\\ufdef\\ufffe\\uffff",
  ...Array.from({ length: 16 }, (_, i) => {
    const plane = (i + 1).toString(16);
    return `\\u{${plane}fffe}\\u{${plane}ffff}`;
  }),
].join("");
/** Joiners, selectors and Braille's blank: part of the writing at some places, hidden elsewhere. */
const BOUND = "\\u200c\\u200d\\ufe00-\\ufe0f\\u180b-\\u180d\\u180f\\u2800";
const INVISIBLE = new RegExp(`[${FORMATS}${BOUND}]`, "gu");

const SCRIPTS = "Arab Syrc Mand Nkoo Mong Phag Adlm Rohg Deva Beng Guru Gujr Orya Taml Telu Knda " +
  "Mlym Sinh Thai Laoo Tibt Mymr Khmr Bali Java Sund Newa Tirh";
const JOINING = new RegExp(
  `^[${SCRIPTS.split(" ").map((script) => `\\p{scx=${script}}`).join("")}]$`,
  "u",
);
const HAN = /^\p{Script=Han}$/u;
const IDEOGRAPHIC_SELECTOR = /^[\u{e0100}-\u{e01ef}]$/u;
const BRAILLE = /^[\u2801-\u28ff]$/;
const MONGOLIAN = /^\p{Script=Mongolian}$/u;
const PICTURE = /^\p{Extended_Pictographic}$/u;
const PICTURE_OR_TONE = /^[\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}]$/u;

export interface TakenCharacter {
  at: number;
  character: string;
}

/** The text without invisible characters, but for those that its writing needs. Linear. */
export function takeCharacters(text: string): { text: string; taken: TakenCharacter[] } {
  const taken: TakenCharacter[] = [];
  const left = text.replace(INVISIBLE, (character, at: number) => {
    if (belongs(text, at, character)) return character;
    taken.push({ at, character });
    return "";
  });
  return { text: left, taken };
}

function belongs(text: string, at: number, character: string): boolean {
  const before = characterBefore(text, at);
  const after = characterAt(text, at + character.length);
  switch (character) {
    case "\u200c":
      return JOINING.test(before) && JOINING.test(after);
    case "\u200d":
      return joinsPictures(text, at, before, after) ||
        JOINING.test(before) && !/^[\u200b-\u200d]$/.test(after);
    case "\ufe0e":
    case "\ufe0f":
      return PICTURE.test(before) || /^[#*0-9]$/.test(before) && after === "\u20e3";
    case "\u180b":
    case "\u180c":
    case "\u180d":
    case "\u180f":
      return MONGOLIAN.test(before);
    case "\u2800":
      return BRAILLE.test(before) && BRAILLE.test(after);
    default:
      return IDEOGRAPHIC_SELECTOR.test(character) && HAN.test(before);
  }
}

/** 👩‍💻, ❤️‍🔥: pictures, the first one maybe with a skin tone or a selector. */
function joinsPictures(text: string, at: number, before: string, after: string): boolean {
  if (!PICTURE.test(after)) return false;
  if (before !== "\ufe0f") return PICTURE_OR_TONE.test(before);
  return PICTURE.test(characterBefore(text, at - before.length));
}

const characterAt = (text: string, at: number): string => {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
};

function characterBefore(text: string, at: number): string {
  if (at <= 0) return "";
  const is_pair = /[\udc00-\udfff]/.test(text[at - 1]) &&
    /[\ud800-\udbff]/.test(text[at - 2] ?? "");
  return text.slice(is_pair ? at - 2 : at - 1, at);
}
