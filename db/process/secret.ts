/** A value that must not be shown by accident: printed, logged or turned into JSON, it says so. */
export class Secret {
  readonly #value: string;

  /** `private`: not to be shown either, but an ordinary word that must not be redacted elsewhere. */
  constructor(value: string, readonly kind: "secret" | "private" = "secret") {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("Deno.customInspect")](): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** Returns the values of all secrets anywhere in there, longest first, for what redacts them. */
export function secretsIn(value: unknown): string[] {
  return [...new Set(collect(value))].sort((a, b) => b.length - a.length);
}

function collect(value: unknown): string[] {
  if (value instanceof Secret) {
    const text = value.reveal();
    // Redacting "1" or "yes" would riddle every text with holes.
    return value.kind === "secret" && text.length >= 8 ? [text] : [];
  }
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(collect);
}

export function revealAll(secrets: Record<string, Secret>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]),
  );
}
