import type { Redactor } from "@/db/process/redact.ts";
import { distinctNames } from "@/db/process/redact/payload.ts";

const MAX_DEPTH = 1000;
const CUT = /… \(\d+ more characters\)$/;

type Redacts = Pick<Redactor, "redact" | "redactCut">;

export function redactData(data: Record<string, unknown>, redactor: Redacts) {
  return redacted(data, redactor, 0) as Record<string, unknown>;
}

function redacted(value: unknown, redactor: Redacts, depth: number): unknown {
  if (typeof value === "string") return redactText(value, redactor);
  if (typeof value === "number") return redactNumber(value, redactor);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[nested too deep]";
  if (Array.isArray(value)) return value.map((one) => redacted(one, redactor, depth + 1));
  const names = distinctNames();
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const shown = redactor.redact(name);
      return [shown === name ? name : names(shown), redacted(one, redactor, depth + 1)];
    }),
  );
}

/** Where a text was cut, a secret may have been. */
function redactText(text: string, redactor: Redacts): string {
  const cut = CUT.exec(text);
  return cut ? redactor.redactCut(text.slice(0, cut.index)) + cut[0] : redactor.redact(text);
}

function redactNumber(value: number, redactor: Redacts): unknown {
  const text = String(value);
  const shown = redactor.redact(text);
  return shown === text ? value : shown;
}
