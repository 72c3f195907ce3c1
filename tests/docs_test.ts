// What the documents say about files, tasks and settings, held against the repository.
import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import { ALL } from "@/db/process/variables.ts";
import { providers } from "@/server/providers/mod.ts";
import { ACTIONS } from "@/db/nouns/command_fields.ts";
import { checkCommand } from "@/server/webhooks/command_schema.ts";
import { commandFields } from "@/db/nouns/command.ts";
import { filesIn, readText } from "@/tests/layout/source.ts";

const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
  .concat((await filesIn("docs")).filter((path) => path.endsWith(".md")));
const paths = await filesIn(".");
const isThere = (path: string) =>
  paths.includes(path) || paths.some((file) => file.startsWith(path.replace(/\/?$/, "/")));

Deno.test("every link within the repository leads somewhere", async () => {
  const dead: string[] = [];
  for (const document of documents) {
    for (const [, link] of (await readText(document)).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const path = normalize(join(dirname(document), link));
      if (!isThere(path)) dead.push(`${document}: ${link}`);
    }
  }
  assert.deepEqual(dead, []);
});

Deno.test("every anchor is a heading of its page", async () => {
  for (const document of documents) {
    const text = await readText(document);
    const headings = [...text.matchAll(/^#+ (.+)$/gm)]
      .map(([, title]) => title.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-"));
    for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) {
      assert.ok(headings.includes(anchor), `${document}: #${anchor}`);
    }
  }
});

Deno.test("every file that is named is there", async () => {
  const named = /`((?:server|views|workers|db|tests|docs|\.claude)\/[\w./-]+)`/g;
  const missing: string[] = [];
  for (const document of documents) {
    for (const [, path] of (await readText(document)).matchAll(named)) {
      if (!isThere(path) && !/NAME|NNNN|NOUN/.test(path)) missing.push(`${document}: ${path}`);
    }
  }
  assert.deepEqual(missing, []);
});

Deno.test("every task that is named can be run", async () => {
  const { tasks } = JSON.parse(await readText("deno.json"));
  for (const document of documents) {
    for (
      const [, task] of (await readText(document)).matchAll(/deno(?:@[\d.]+)? task ([a-z:]+)/g)
    ) {
      assert.ok(task in tasks, `${document}: task ${task}`);
    }
  }
});

Deno.test("README and .env.example name every setting, and none that does not exist", async () => {
  const names = Object.keys(ALL);
  const readme = await readText("README.md");
  const configuration = readme.slice(
    readme.indexOf("## Configuration"),
    readme.indexOf("## The API"),
  );
  const told = [...configuration.matchAll(/`([A-Z][A-Z0-9_]{3,})`/g)].map(([, name]) => name)
    .filter((name) => !["NAME_FILE", "PATH"].includes(name));
  assert.deepEqual([...new Set(told)].sort(), names.toSorted());
  const example = await readText(".env.example");
  const given = [...example.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
  assert.deepEqual(given.sort(), names.toSorted());
});

Deno.test("every command that the README stores can be stored", async () => {
  const readme = await readText("README.md");
  const calls = [...readme.matchAll(/\/api\/webhooks(?:\/(\w+)\/commands)? -d '([^']+)'/g)];
  assert.ok(calls.length >= 3);
  for (const [, at, text] of calls) {
    const body = JSON.parse(text);
    const provider = providers.get(at ?? body.provider);
    assert.ok(provider, text);
    for (const command of at ? [body] : body.commands) {
      assert.deepEqual(checkCommand(provider, command), {
        ok: true,
        spec: { ...commandFields.parse(command) },
      });
    }
  }
});

Deno.test("the README says of each provider what opens it and who may start work", async () => {
  const readme = await readText("README.md");
  for (const { name, secret_setting, trusted_setting } of providers.values()) {
    const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\``));
    assert.ok(row?.includes(`\`${secret_setting}\``), name);
    assert.ok(!trusted_setting || readme.includes(`\`${trusted_setting}\``), name);
  }
  for (const action of ACTIONS) assert.match(readme, new RegExp(`^\\| \`${action}\` `, "m"));
});

Deno.test("the pictures are light", async () => {
  const pictures = paths.filter((path) => path.startsWith("docs/images/"));
  assert.ok(pictures.length > 0);
  for (const path of pictures) assert.ok((await Deno.stat(path)).size < 100_000, path);
});
