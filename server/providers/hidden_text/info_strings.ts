import { surelyCode } from "./code.ts";
import { MARK, type TakenMarkup } from "./mark.ts";

// a language is one short word; what follows it, no page shows
const INFO_STRING = new RegExp(
  "^((?:[ \\t>]|[*+-][ \\t]|\\d{1,9}[.)][ \\t]|\\[\\^[^\\]\\s]*\\]:)*)" +
    "(?:(`{3,})([^`\\n]*)|(~{3,})(?!~)([^\\n]*))$",
  "gm",
);
const LANGUAGE = /^[^\S\n]*\S{1,40}(?!\S)/;

/** Takes out what stands behind the language where a block of code begins. Linear. */
export function takeInfoStrings(text: string, taken: TakenMarkup[]): string {
  if (!/`{3}|~{3}/.test(text)) return text;
  const blocks = surelyCode(text).filter(({ is_block }) => is_block);
  let next = 0;
  return text.replace(
    INFO_STRING,
    (line: string, before, ticks, after_ticks, tildes, after, at) => {
      while (next < blocks.length && blocks[next].end <= at) next++;
      if (next < blocks.length && blocks[next].start < at) return line;
      const info: string = after_ticks ?? after;
      const language = LANGUAGE.exec(info)?.[0] ?? "";
      const hidden = info.slice(language.length).trim();
      if (hidden === "" || hidden === MARK) return line;
      taken.push({ kind: "info_string", text: hidden });
      return `${before}${ticks ?? tildes}${language} ${MARK}`;
    },
  );
}
