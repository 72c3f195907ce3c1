const PHRASE = String.raw`(?:start(?:ing)? (?:a )?new conversation|new conversation|start fresh)`;
const MARKS = String.raw`[ \t]*[.,:;!-]{0,3}`;
const AT_START = new RegExp(`^${PHRASE}${MARKS}(?=\\s|$)\\s*`, "i");
const AT_END = new RegExp(`(?:^|[\\s(])${PHRASE}[.!)]{0,3}$`, "i");
/** Longer than the longest phrase with its marks. */
const LOOKED_AT = 60;

/** What was asked for, without words at either end that ask for a new conversation. Pure. */
export function readFresh(args: string): { args: string; begins_conversation: boolean } {
  const start = AT_START.exec(args.slice(0, LOOKED_AT));
  if (start) return { args: args.slice(start[0].length).trim(), begins_conversation: true };
  const end = AT_END.exec(args.slice(-LOOKED_AT));
  if (!end) return { args, begins_conversation: false };
  const rest = args.slice(0, -end[0].length).replace(/[\s,;:-]{1,10}$/, "");
  return { args: rest, begins_conversation: true };
}
