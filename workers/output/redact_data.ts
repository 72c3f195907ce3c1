const MAX_DEPTH = 1000;
/** How a text ends that was too long for its row. */
const CUT = /… \(\d+ more characters\)$/;

type Redact = (text: string) => string;

/** A copy of a row's data without secrets: in its texts, its numbers and the names of its fields. */
export function redactData(data: Record<string, unknown>, redact: Redact) {
  return redacted(data, redact, 0) as Record<string, unknown>;
}

function redacted(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === "string") return redactText(value, redact);
  if (typeof value === "number") return redactNumber(value, redact);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[nested too deep]";
  if (Array.isArray(value)) return value.map((one) => redacted(one, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [redact(key), redacted(one, redact, depth + 1)]),
  );
}

/** Where a text was cut, a secret may have been: its beginning is at the end of what is left. */
function redactText(text: string, redact: Redact): string {
  const cut = CUT.exec(text);
  return cut ? redact(text.slice(0, cut.index)) + cut[0] : redact(text);
}

function redactNumber(value: number, redact: Redact): unknown {
  const text = String(value);
  const shown = redact(text);
  return shown === text ? value : shown;
}
