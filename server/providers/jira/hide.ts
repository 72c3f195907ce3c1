import { hideMarkdown } from "@/server/providers/markdown.ts";

const CODE = "\ufffc";
/** Blank in the end; until then no blank, or four of them would make a line code. */
const QUOTED = "\ufdd1";
const OPENER = /(\\?)(?:\{(code|noformat|quote)(?::[^{}\n]{0,500})?\}|\{\{|^[ \t]*bq\. [^\n]*)/gim;

/** Hides what Jira's wiki text shows or quotes, character for character: `{code}`, `{noformat}`,
 * `{quote}`, `{{mono}}` and `bq. `. */
export const hideJira = (text: string): string =>
  hideMarkdown(hideWiki(text)).replaceAll(QUOTED, " ");

function hideWiki(text: string): string {
  const monoEnd = finder(text, "}}");
  const macroEnd = macroFinder(text);
  const parts: string[] = [];
  let done = 0;
  OPENER.lastIndex = 0;
  for (let hit = OPENER.exec(text); hit; hit = OPENER.exec(text)) {
    const [found, escape, macro] = hit;
    if (escape !== "") continue;
    const after = hit.index + found.length;
    const end = macro
      ? macroEnd(macro.toLowerCase(), after)
      : found === "{{"
      ? onOneLine(text, after, monoEnd(after))
      : after;
    if (end === null) continue;
    const is_quote = macro?.toLowerCase() === "quote" || (!macro && found !== "{{");
    parts.push(text.slice(done, hit.index), blank(text, hit.index, end, is_quote ? QUOTED : CODE));
    done = OPENER.lastIndex = end;
  }
  return parts.join("") + text.slice(done);
}

function macroFinder(text: string): (macro: string, from: number) => number {
  const starts: Record<string, number[]> = { code: [], noformat: [], quote: [] };
  for (const { 1: escape, 2: macro, index } of text.matchAll(/(\\?)\{(code|noformat|quote)\}/gi)) {
    if (escape === "") starts[macro.toLowerCase()].push(index);
  }
  const next: Record<string, number> = { code: 0, noformat: 0, quote: 0 };
  return (macro, from) => {
    while (starts[macro][next[macro]] < from) next[macro]++;
    const close = starts[macro][next[macro]];
    return close === undefined ? text.length : close + macro.length + 2;
  };
}

function finder(text: string, what: string): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) found = text.indexOf(what, from);
    if (found === -1) found = Infinity;
    return found;
  };
}

function onOneLine(text: string, from: number, close: number): number | null {
  if (close === Infinity || close - from > 1000) return null;
  return text.slice(from, close).includes("\n") ? null : close + 2;
}

function blank(text: string, start: number, end: number, filler: string): string {
  return text.slice(start, end).replace(/[^\n]+/g, (line) => filler.repeat(line.length));
}
