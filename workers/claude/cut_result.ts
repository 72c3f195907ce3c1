import { type ResultLine, resultLine } from "@/workers/claude/cli_lines.ts";

const LOOKED_AT = 4000;
/** 2.1.332 writes the type behind the text of the answer; older ones begin with it. */
const BEGINS_RESULT = /^\{"(?:type":"result"|(?!type"))/;

/** Of a line that was too long to keep: was it the CLI's result? */
export const isCutResult = (line: string): boolean =>
  BEGINS_RESULT.test(line) && /[{,]"total_cost_usd":\d/.test(line.slice(0, LOOKED_AT));

export const cutResult = (characters: number): ResultLine =>
  resultLine.parse({
    subtype: "error_during_execution",
    is_error: true,
    errors: [`The CLI's result was too long to be read (${characters} characters).`],
  });
