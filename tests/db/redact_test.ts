import assert from "node:assert/strict";
import { createRedactor } from "@/db/process/redact.ts";

const { redact, undecided } = createRedactor(["s3cret-value-123", 'with "quotes" in']);

Deno.test("what we hold and what looks like a token does not come out", () => {
  const token = "ghp_" + "a1".repeat(18);
  const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\nabc\n-----END RSA PRIVATE KEY-----";
  for (
    const secret of [
      "s3cret-value-123",
      JSON.stringify('with "quotes" in').slice(1, -1),
      token,
      "sk-ant-api03-abcdefghijklmnop",
      "AKIAIOSFODNN7EXAMPLE",
    ]
  ) assert.equal(redact(`before ${secret} after`), "before [redacted] after");
  assert.doesNotMatch(redact(key), /MIIEow/);
  assert.equal(redact("postgres://me:pass@host/db"), "postgres://me:[redacted]@host/db");
  assert.equal(
    redact("an ordinary https://host/path@2 sentence"),
    "an ordinary https://host/path@2 sentence",
  );
});

Deno.test("the end of a piece is kept back while it may be the beginning of a secret", () => {
  assert.equal(undecided("nothing here"), 0);
  assert.equal(undecided("the key is s3cret-val"), "s3cret-val".length);
});
