/** A backslash takes a bracket its meaning; a label may run over lines. */
export const LABEL = "\\[((?:[^\\[\\]\\\\]|\\\\[^]){1,999})\\]";
const CODE = /(`+)[^`\n]*`+/g;
const TASK_BOX = /^([ \t>]*(?:[*+-]|\d{1,9}[.)])[ \t]+)\[[ xX]\]/gm;
const ESCAPE_OR_USE = new RegExp(
  `\\\\[^]|\\[(\\^[^\\]\\s]{1,999})\\](?!:)|${LABEL}(?:\\[(?!\\^)${LABEL.slice(2)})?(?![:(])`,
  "g",
);

/** Labels are compared as they are written, but for case and blanks. */
export const labelOf = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

export function labelsUsed(said: string): Set<string> {
  const used = new Set<string>();
  const bare = said.replace(CODE, "").replace(TASK_BOX, "$1");
  for (const [, footnote, first, second] of bare.matchAll(ESCAPE_OR_USE)) {
    const label = footnote ?? second ?? first;
    if (label !== undefined) used.add(labelOf(label));
  }
  return used;
}
