/** Words of others in our Markdown, so that they are read letter for letter. */

const MARKUP = /[\\`*[\]|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[a-z/!?])|&(?=[a-z#])/giu;
/** What begins a heading, a quote, a list, a rule or an underline. */
const AT_START = /^(?=[#>+=-])/;
const NUMBER_AT_START = /^(\d{1,9})(?=[.)])/;

/** A comment, a link's address or a formula would hide what the words say. */
export const literal = (text: string): string => text.split("\n").map(literalLine).join("\n");

const literalLine = (line: string): string =>
  line.trim().replace(MARKUP, "\\$&").replace(AT_START, "\\").replace(NUMBER_AT_START, "$1\\");

/** As code in a line, whatever marks it has itself. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const marks = "`".repeat(longest + 1);
  const room = /^`|`$/.test(text) ? " " : "";
  return `${marks}${room}${text}${room}${marks}`;
}
