const SECRET = /authorization|cookie|token|signature|secret|password|api-?key/i;
/** A value as long as this may have been cut. */
export const LONGEST_HEADER = 1000;
const MAX_HEADERS = 60;

/** Of a header that may hold a secret only the name is kept. */
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
