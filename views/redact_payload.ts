const SECRET_KEY =
  /token$|secret|passw(or)?d|authorization|signature|response_?url|(api|private|access|signing)[_-]?key|credential|cookie/i;
const MAX_DEPTH = 200;

export const REDACTED = "[redacted]";

/** True for names whose values nobody may see. */
export const isSecretName = (name: string): boolean => SECRET_KEY.test(name.slice(0, 200));

/**
 * A copy of a parsed payload without the values of `token`, `response_url`, `secret`, `password`,
 * signatures and the like, at any depth. Takes time linear in its size; what is nested deeper than
 * 200 levels is left out.
 */
export function redactPayload(value: unknown): unknown {
  return redacted(value, 0);
}

function redacted(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[nested too deep]";
  if (Array.isArray(value)) return value.map((one) => redacted(one, depth + 1));
  // defined, not assigned: a payload may have a key called __proto__
  return Object.fromEntries(
    Object.entries(value).map((
      [key, one],
    ) => [key, isSecret(key, one) ? REDACTED : redacted(one, depth + 1)]),
  );
}

/** A flag such as `has_password: true` is no secret. */
const isSecret = (key: string, value: unknown): boolean =>
  isSecretName(key) && value !== null && value !== "" && typeof value !== "boolean";
