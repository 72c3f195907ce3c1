/** Every secret, cut at every place and at random: nothing of it comes out, and all else does. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createRedactor } from "@/db/process/redact.ts";
import { HELD, piecesIn, randomPieces, seeded, SHAPES } from "@/tests/helpers/secret_samples.ts";

const redactor = createRedactor(Object.values(HELD));
const { redact } = redactor;

function inPieces(pieces: string[]): string {
  const stream = redactor.stream();
  return pieces.map((piece) => stream.push(piece)).join("") + stream.end();
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

const FORMS: Record<string, (secret: string) => string> = {
  "as it is": (secret) => secret,
  "as JSON": (secret) => JSON.stringify(secret).slice(1, -1),
  "as Base64": (secret) => base64(`k=${secret}\n`),
  "as Base64 one byte on": (secret) => base64(`ke=${secret}`),
  "as Base64 two bytes on": (secret) => base64(`key=${secret}!`),
  "as Base64 of addresses": (secret) => Buffer.from(`<?>${secret}`).toString("base64url"),
  "as Base64 in lines": (secret) => base64(`k=${secret}\n`).replace(/.{19}/g, "$&\n"),
  "as hex": (secret) => Buffer.from(secret).toString("hex"),
  "as capital hex": (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  "in an address": (secret) => encodeURIComponent(secret),
  "backwards": (secret) => [...secret].reverse().join(""),
};

/** What a form has left where its first and last bytes share a character with others. */
const rest = /[\w+/=-]{0,8}\[redacted\][\w+/=!-]{0,4}/;

const BEFORE = "Here it is, as the ghosts said: ";
const AFTER = " and so on; that was all";

/** Everything that must not come out, by name, as it is written. */
const WRITTEN = [
  ...Object.entries(SHAPES),
  ...Object.entries(HELD).flatMap(([name, secret]) =>
    Object.entries(FORMS).map(([form, write]) => [`${name} ${form}`, write(secret)] as const)
  ),
];

function checkGone(name: string, shown: string, secret: string): void {
  assert.deepEqual(piecesIn(shown, secret), [], `${name}: ${shown.slice(0, 300)}`);
  assert.ok(shown.startsWith(BEFORE) && shown.endsWith(AFTER), `${name}: ${shown}`);
  const between = shown.slice(BEFORE.length, -AFTER.length);
  const is_url = /^postgres:\/\/agent:\[redacted\]/.test(between);
  assert.ok(is_url || rest.exec(between)?.[0] === between, `${name}: ${shown}`);
}

Deno.test("every secret in every form is hidden where a text comes whole", () => {
  for (const [name, secret] of WRITTEN) {
    checkGone(name, redact(BEFORE + secret + AFTER), secret);
    for (
      const text of [
        secret,
        secret + AFTER,
        BEFORE + secret,
        `${secret} ${secret}`,
        secret + secret,
      ]
    ) {
      assert.deepEqual(piecesIn(redact(text), secret), [], name);
    }
  }
});

Deno.test("cut at every single place, the same comes out", () => {
  for (const [name, secret] of WRITTEN) {
    const text = BEFORE + secret + AFTER;
    const whole = redact(text);
    for (let at = 1; at < text.length; at++) {
      const shown = inPieces([text.slice(0, at), text.slice(at)]);
      assert.equal(shown, whole, `${name} cut at ${at}`);
    }
  }
});

Deno.test("cut at every pair of places, the same comes out", () => {
  for (const [name, secret] of WRITTEN.filter(([, secret]) => secret.length <= 60)) {
    const text = `it: ${secret}. So`;
    const whole = redact(text);
    for (let a = 1; a < text.length; a++) {
      for (let b = a + 1; b < text.length; b++) {
        const shown = inPieces([text.slice(0, a), text.slice(a, b), text.slice(b)]);
        assert.equal(shown, whole, `${name} cut at ${a} and ${b}`);
      }
    }
  }
});

Deno.test("cut at random, two in a row and among each other, the same comes out", () => {
  const seed = 20261128;
  const random = seeded(seed);
  for (let round = 0; round < 3000; round++) {
    const pick = () => WRITTEN[Math.floor(random() * WRITTEN.length)];
    const [[name, one], [other_name, other]] = [pick(), pick()];
    const text = BEFORE + one + (random() < 0.5 && !/^A[KS]IA/.test(other) ? "" : " or ") + other +
      AFTER;
    const shown = inPieces(randomPieces(text, 1 + Math.floor(random() * 40), random));
    const where = `${name}, ${other_name}, seed ${seed}, round ${round}`;
    assert.equal(shown, redact(text), where);
    for (const secret of [one, other]) assert.deepEqual(piecesIn(shown, secret), [], where);
  }
});

Deno.test("what only resembles a secret stays", () => {
  for (
    const text of [
      "the ghosts_of_the_past sing gho songs; highs_and_lows_of_the_year",
      "keys begin with sk-ant- or with whsec_, see the docs on github_pat_ and ghp_",
      "1f0e6a52-9a4f-7c3a-8d1e-0123456789ab",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "https://example.org:8080/path@2?x=1 and http://localhost:3000, mail me@example.org",
      "AKIA is how they begin, AKIAIOSFODNN is too short",
      "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----",
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----",
      `data:image/png;base64,${"iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAA".repeat(40)}`,
      "the database is postgres, and its user agent",
      "xoxo, task-ant-hill, risk-ant-farm",
    ]
  ) {
    assert.equal(redact(text), text);
    assert.equal(inPieces([...text]), text);
  }
  const about = "A key begins with -----BEGIN RSA PRIVATE KEY----- and then has lines.\n".repeat(2);
  assert.equal(redact(about), about.replaceAll(/-----BEGIN.*?KEY-----/g, "[redacted]"));
});

Deno.test("an escape before a token does not hide it from us", () => {
  const token = SHAPES["a classic GitHub token"];
  for (
    const before of [
      '{"a":"x\\n',
      "a%20",
      "\u001b[31m",
      "\\u001b[1m",
      "key_",
      "x",
      "TOKEN=",
      "Zoë",
    ]
  ) {
    assert.equal(redact(`${before}${token} .`), `${before}[redacted] .`);
  }
});

Deno.test("the lines of a key are hidden however they are numbered, quoted or cut", () => {
  for (const name of ["an RSA key", "a key of OpenSSH", "an encrypted RSA key"]) {
    const key = SHAPES[name];
    for (
      const written of [
        key.split("\n").map((line, i) => `${i + 1}`.padStart(6) + `→${line}`).join("\n"),
        key.split("\n").map((line) => `> ${line}`).join("\n"),
        key.split("\n").map((line) => `+    "${line}\\n" +`).join("\r\n"),
        key.replaceAll("\n", "\\n"),
        key.replaceAll("\n", "\\\\n"),
        key.slice(0, -60),
      ]
    ) {
      const shown = redact(`${BEFORE}${written}\n${AFTER}`);
      assert.deepEqual(piecesIn(shown, key), [], name);
      assert.ok(shown.startsWith(BEFORE) && shown.endsWith(AFTER), shown);
    }
  }
});

Deno.test("of a key that we hold no line comes out alone", () => {
  const key = SHAPES["a PKCS#8 key"];
  for (const held of [key, key.replaceAll("\n", "\\n"), key.replaceAll("\n", "\r\n")]) {
    const { redact } = createRedactor([held]);
    for (const line of key.split("\n").slice(1, -2)) {
      assert.equal(redact(`a ${line} b`), "a [redacted] b");
    }
  }
});

Deno.test("a text that ends within a secret does not show the most of it", () => {
  const secret = HELD.plain;
  assert.equal(redact(`it is ${secret.slice(0, -1)}`), "it is [redacted]");
  assert.equal(redact(`it is ${secret.slice(0, 6)}`), `it is ${secret.slice(0, 6)}`);
});

Deno.test("only what may begin a secret is kept back, and no longer than until the next piece", () => {
  const stream = redactor.stream();
  assert.equal(stream.push("nothing here. "), "nothing here. ");
  assert.equal(stream.push("the key is held"), "the key is ");
  assert.equal(stream.push(" by nobody. "), "held by nobody. ");
  assert.equal(stream.push("a word that says ghp"), "a word that says ");
  assert.equal(stream.end(), "ghp");
  assert.equal(stream.push("https://example.org/a "), "https://example.org/a ");
});

Deno.test("after a pause the tail of what was hidden is hidden too", () => {
  const token = SHAPES["a new installation token"];
  const stream = redactor.stream();
  const shown = stream.push(token.slice(0, 100)) + stream.end() + stream.push(token.slice(100)) +
    stream.push(" .");
  assert.equal(shown, "[redacted] .");
});

Deno.test("memory and time are bounded, whatever comes", () => {
  const size = 8 * 1024 * 1024;
  for (
    const part of [
      "-----BEGIN ",
      "-----BEGIN RSA PRIVATE KEY-----",
      "ghp_",
      "ghp_ ",
      "xAKIA",
      "://a:",
      ".",
      "://a:b@",
      "\n",
      HELD.plain.slice(0, -1),
      "an ordinary sentence, with words. ",
    ]
  ) {
    const piece = part.repeat(Math.ceil(4096 / part.length));
    const stream = redactor.stream();
    for (let done = 0; done < size; done += piece.length) stream.push(piece);
    assert.ok(stream.end().length < 2000, `${part}: only an end is kept`);
  }
});
