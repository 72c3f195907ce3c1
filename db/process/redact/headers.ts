const SECRET = /authorization|cookie|token|signature|secret|password|api-?key/i;
/** A value as long as this one was cut, perhaps. */
export const LONGEST_HEADER = 1000;
const MAX_HEADERS = 60;

/** Headers that are fit to be kept: what may hold a secret keeps its name only. */
export function redactHeaders(
  headers: Headers | Record<string, string>,
): Record<string, string> {
  const pairs = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(
    pairs.slice(0, MAX_HEADERS).map(([name, value]) => [
      name.slice(0, LONGEST_HEADER),
      SECRET.test(name) ? "[redacted]" : value.slice(0, LONGEST_HEADER),
    ]),
  );
}
