/** What our own words quote and cut short shows no beginning of a secret. */
import assert from "node:assert/strict";
import { createRedactor } from "@/db/process/redact.ts";
import { redactQuotes } from "@/db/process/redact/quotes.ts";
import { quoted } from "@/server/providers/provider.ts";
import { HELD, piecesIn, SHAPES } from "@/tests/helpers/secret_samples.ts";

const redactor = createRedactor(Object.values(HELD));
const SECRETS = Object.entries({ ...SHAPES, ...HELD });

Deno.test("a secret that a quote ends within is hidden, wherever it was cut", () => {
  for (const [name, secret] of SECRETS) {
    for (let length = 1; length < secret.length; length++) {
      const cut = `500: ${quoted(`it said ${secret}`, 8 + length)}`;
      for (const text of [cut, `found "${cut}" (${secret.length} characters), ${cut}`]) {
        const shown = redactQuotes(text, redactor);
        assert.deepEqual(piecesIn(shown, secret), [], `${name}, ${length} characters: ${shown}`);
      }
    }
  }
});

Deno.test("words that were cut short stay", () => {
  for (
    const text of [
      'found "our linter looks for …", and more',
      "404: see https://docs.example.org/rest/issues…",
      "no… yes… (12 characters in all)",
    ]
  ) assert.equal(redactQuotes(text, redactor), text);
});
