import { type Coverage, MOST_LISTED } from "@/db/nouns/coverage.ts";

/** What our own limits and failures kept from a run, in words that follow "Cut off:" or "Skipped:". */
export interface Unseen {
  cut_off: string[];
  skipped: string[];
}

/** Of a run that goes on after an earlier one, only its own process is known. */
export const unseenAfter = (interrupted: boolean): Unseen => ({
  cut_off: [],
  skipped: interrupted ? ["the count of what was done before an interruption"] : [],
});

export function withUnseen(coverage: Coverage, { cut_off, skipped }: Readonly<Unseen>): Coverage {
  return {
    ...coverage,
    cut_off: [...coverage.cut_off, ...cut_off].slice(0, MOST_LISTED),
    skipped: [...coverage.skipped, ...skipped].slice(0, MOST_LISTED),
  };
}
