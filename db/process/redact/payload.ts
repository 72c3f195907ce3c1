import type { Redactor } from "@/db/process/redact.ts";

type Redact = Redactor["redact"];

const LITERAL = /"(?:[^"\\]|\\[^])*(?:"|\\?$)|-?\d[\d.eE+-]*/g;
const NAME_FOLLOWS = /\s*:/y;
const INNER_JSON = /^\s*[{[]/;
const FORM = /^[\w.[\]%+-]+=\S*$/;
/** With its quotes; nothing that is shorter is a secret. */
const SHORTEST_LITERAL = 8;

/** All else stays as it was: JSON is JSON, also where it was cut off, and a form a form. */
export function redactPayload(text: string, redact: Redact): string {
  if (/^\s*[{["]/.test(text)) return redactJson(text, redact);
  if (FORM.test(text)) return redactForm(text, redact);
  return redact(text);
}

/** Not by parsing the whole: large numbers and fields that come twice stay as they are written. */
function redactJson(text: string, redact: Redact): string {
  const names = distinctNames();
  const redacted = text.replace(LITERAL, (literal, at: number) => {
    if (literal.length < SHORTEST_LITERAL) return literal;
    const said = saidBy(literal);
    const plain = redact(said);
    const shown = plain === said && INNER_JSON.test(said) ? redactJson(said, redact) : plain;
    if (shown === said) return literal;
    NAME_FOLLOWS.lastIndex = at + literal.length;
    return JSON.stringify(NAME_FOLLOWS.test(text) ? names(shown) : shown);
  });
  return isJson(redacted) ? redacted : redact(redacted);
}

function saidBy(literal: string): string {
  if (!literal.startsWith('"')) return literal;
  for (const whole of [literal, `${literal}"`, `${literal.slice(0, -1)}"`]) {
    try {
      return JSON.parse(whole);
    } catch {
      // Cut off, within an escape perhaps, or no JSON.
    }
  }
  return literal.replace(/^"|"$/g, "");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function redactForm(text: string, redact: Redact): string {
  const names = distinctNames();
  let is_changed = false;
  const redacted = [...new URLSearchParams(text)].map(([name, value]) => {
    const [shown_name, shown] = [redact(name), redactPayload(value, redact)];
    is_changed ||= shown_name !== name || shown !== value;
    return [shown_name === name ? name : names(shown_name), shown];
  });
  // Base64 may look like a form, and is not itself once it was decoded as one.
  return redact(is_changed ? new URLSearchParams(redacted).toString() : text);
}

/** Numbers names from the second on that would be the same once redacted. */
export function distinctNames(): (name: string) => string {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  };
}
