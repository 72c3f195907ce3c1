import type { Redactor } from "@/db/process/redact.ts";

/** Stands where something that is quoted was cut. */
const CUT = "…";

/** A text of ours without the secrets that it quotes, also those whose end was cut off. */
export function redactQuotes(text: string, { redact, redactCut }: Redactor): string {
  const parts = redact(text).split(CUT);
  const last = parts.length - 1;
  return parts.map((part, index) => index < last ? redactCut(part) : part).join(CUT);
}
