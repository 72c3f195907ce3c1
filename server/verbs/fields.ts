/** Of a message that somebody sends. */
export const LONGEST_TEXT = 100_000;
