const LONGEST = 1000;

// A quote that ends a string of JSON ends the address in it. A password that holds an `@` goes on to
// the last one before what no password has unescaped.
const USER = /(?:(?!(?<!\\)"[,:}\]\s])[^\s:/@]){0,100}/.source;
const WRITTEN = /(?:(?!(?<!\\)"[,:}\]\s])[^\s/@])/.source;
const PASSWORD = new RegExp(`^(${USER}:)(${WRITTEN}{1,255})@`);
const LONGER = /^[^\s/@"'<>\\,;]{1,100}@/;
const MAY_BE_LONGER = /^[^\s/@"'<>\\,;]{0,100}$/;
const MAY_BE = new RegExp(`^${USER}(?::${WRITTEN}{0,255})?$`);

/** The password of an address, behind the `://` that ends at `from`; "wait" where it is cut. */
export function passwordAt(
  text: string,
  from: number,
  last: boolean,
): { start: number; end: number } | "wait" | null {
  const window = text.slice(from, from + LONGEST);
  const is_cut = !last && window.length < LONGEST;
  const found = PASSWORD.exec(window);
  if (!found) return is_cut && MAY_BE.test(window) ? "wait" : null;
  let end = found[1].length + found[2].length;
  for (;;) {
    const rest = window.slice(end + 1);
    const longer = LONGER.exec(rest);
    if (!longer) {
      if (is_cut && MAY_BE_LONGER.test(rest)) return "wait";
      return { start: from + found[1].length, end: from + end };
    }
    end += longer[0].length;
  }
}
