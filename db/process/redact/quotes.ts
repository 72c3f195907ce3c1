import type { Redactor } from "@/db/process/redact.ts";

const CUT = "…";

/** A text of ours without the secrets that it quotes, also those whose end was cut off. */
export function redactQuotes(text: string, redactor: Redactor): string {
  const stream = redactor.stream();
  const [first, ...others] = text.split(CUT);
  let shown = stream.push(first);
  for (const part of others) {
    stream.cut();
    shown += stream.push(CUT + part);
  }
  return shown + stream.end();
}
