import { betweenCode } from "./between_code.ts";
import { surelyCode } from "./code.ts";
import { type Definition, definitionsOf } from "./definitions.ts";
import { labelOf, labelsUsed } from "./labels.ts";
import { MARK, type TakenMarkup } from "./mark.ts";

/** With the lines that go on with it: those up to a blank one, and indented ones behind that. */
const FOOTNOTE = new RegExp(
  `^(?:[ \\t>]|[*+-][ \\t]|\\d{1,9}[.)][ \\t])*\\[\\^([^\\]\\s]{1,999})\\]:[^\\n]*` +
    "(?:\\n(?:[ \\t]*\\n)*(?: {4}|\\t)[ \\t]*[^\\s][^\\n]*|\\n(?![ \\t]*(?:\\n|$|\\[))[^\\n]+)*",
  "gm",
);

/** The text with marks for definitions that nothing refers to, and for second ones of a label:
 * the first one counts. */
export function takeDefinitions(
  text: string,
  withoutComments: (said: string) => string,
  taken: TakenMarkup[],
): string {
  const blocks = surelyCode(text).filter(({ is_block }) => is_block);
  const said: string[] = [];
  betweenCode(text, blocks, (part) => {
    said.push(replaceDefinitions(part.replace(FOOTNOTE, MARK), () => ""));
    return part;
  });
  const used = labelsUsed(withoutComments(said.join("\n")));
  used.delete(labelOf(MARK.slice(1, -1)));
  const take = (whole: string, label: string, may_stay: boolean): string => {
    if (used.delete(labelOf(label)) && may_stay) return whole;
    taken.push({ kind: "definition", text: whole });
    return MARK;
  };
  return betweenCode(text, blocks, (part) => {
    const left = part.replace(FOOTNOTE, (whole, label) => take(whole, `^${label}`, true));
    return replaceDefinitions(left, (whole, { label }) => {
      if (label.startsWith("^")) return whole;
      return take(whole, label, !whole.includes("\n"));
    });
  });
}

function replaceDefinitions(
  text: string,
  replace: (whole: string, definition: Definition) => string,
): string {
  const parts: string[] = [];
  let at = 0;
  for (const definition of definitionsOf(text, MARK)) {
    const { start, end } = definition;
    parts.push(text.slice(at, start), replace(text.slice(start, end), definition));
    at = end;
  }
  return [...parts, text.slice(at)].join("");
}
