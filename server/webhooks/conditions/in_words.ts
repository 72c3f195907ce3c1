const MOST_SHOWN = 3;
const LONGEST_SHOWN = 40;

export function valuesInWords(values: readonly unknown[]): string {
  if (values.length === 0) return "nothing";
  const more = values.length > MOST_SHOWN ? ` and ${values.length - MOST_SHOWN} more` : "";
  return values.slice(0, MOST_SHOWN).map(inWords).join(", ") + more;
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const cut = value.length > LONGEST_SHOWN ? "…" : "";
  return `"${value.slice(0, LONGEST_SHOWN).toWellFormed()}${cut}"`;
}
