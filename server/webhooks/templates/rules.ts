import {
  Output,
  type Template as Part,
  type Token,
  toValueSync,
  TypeGuards,
  Value,
} from "liquidjs";

const MAX_PARTS = 500;
const MAX_NESTING = 20;

export interface TemplateProblem {
  message: string;
  line: number;
  column: number;
}

export function outputsOf(parts: Part[]): Output[] {
  return parts.flatMap((part) => part instanceof Output ? [part] : outputsOf(childrenOf(part)));
}

const childrenOf = (part: Part): Part[] =>
  part.children ? toValueSync(part.children(false, true)) as Part[] : [];

/** The first thing that we refuse beside what the library does, or null. */
export function partProblem(
  parts: Part[],
  depth: number,
  count = { parts: 0 },
): TemplateProblem | null {
  for (const part of parts) {
    const [line, column] = part.token.getPosition();
    if (++count.parts > MAX_PARTS) {
      return { message: `it has more than ${MAX_PARTS} placeholders and tags`, line, column };
    }
    const message = expressionsOf(part).map(expressionProblem).find((found) => found !== null);
    if (message) return { message, line, column };
    const children = childrenOf(part);
    if (children.length === 0) continue;
    if (depth > MAX_NESTING) {
      return { message: `its tags are nested more than ${MAX_NESTING} deep`, line, column };
    }
    const problem = partProblem(children, depth + 1, count);
    if (problem) return problem;
  }
  return null;
}

function expressionsOf(part: Part): Token[][] {
  return [...part.arguments?.() ?? []].map((argument) =>
    argument instanceof Value ? argument.initial.postfix : [argument]
  );
}

function expressionProblem(tokens: Token[]): string | null {
  let operands = 0;
  for (const token of tokens) {
    if (!TypeGuards.isOperatorToken(token)) operands++;
    else if (token.operator !== "not") operands--;
    const problem = tokenProblem(token);
    if (problem) return problem;
  }
  // the library would take the first and forget the others
  return operands === 1 ? null : `"${tokens[0].getText()}" is followed by something unexpected`;
}

function tokenProblem(token: Token): string | null {
  const is_path = TypeGuards.isPropertyAccessToken(token);
  if (TypeGuards.isRangeToken(token) || (is_path && TypeGuards.isRangeToken(token.variable))) {
    return "ranges such as (1..9) are not taken";
  }
  const is_odd = is_path && /\.$|[?*]/.test(token.getText().replace(/"[^"]*"|'[^']*'/g, ""));
  return is_odd ? `"${token.getText()}" is no path: write issue.title or labels[0].name` : null;
}
