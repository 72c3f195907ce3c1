/** Why a command does not run, in a form that costs nothing until somebody reads it. */
export interface Reason {
  text: string;
  /** the path whose values say more: what was found is kept once for all reasons that name it */
  path?: string;
}

/** A reason in words; `found` are the values at its path, in words. */
export const reasonInWords = (
  reason: Reason | string,
  found: (path: string) => string,
): string => {
  if (typeof reason === "string") return reason;
  return reason.path === undefined ? reason.text : `${reason.text}, found ${found(reason.path)}`;
};
