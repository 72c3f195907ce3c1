/** What is about one provider stands in its folder: nothing else asks for it by name. */
import assert from "node:assert/strict";
import { ALL, PROVIDERS } from "@/db/process/variables.ts";
import { providers } from "@/server/providers/mod.ts";
import { readSource, readSources } from "@/tests/layout/source.ts";

/** Files that name one all the same, and why. */
const NAMED: Record<string, string> = {
  "server/api/existing.ts": "an example in the API's document",
  "server/demo/stories.ts": "a story of the demo: a delivery with a wrong signature",
};

const namesIn = (texts: string[]) => texts.filter((text) => providers.has(text));

Deno.test("no code outside of server/providers/ asks which provider this is", async () => {
  const others = (await readSources(["server", "views", "workers", "db"]))
    .filter(({ path }) => !path.startsWith("server/providers/"));
  const naming = others.filter(({ texts }) => namesIn(texts).length > 0).map(({ path }) => path);
  assert.deepEqual(naming.sort(), Object.keys(NAMED).sort());
  const { texts } = readSource("server/x.ts", `if (provider.name === "jira") wait();`);
  assert.deepEqual(namesIn(texts), ["jira"]);
});

Deno.test("every setting that a provider names is a variable, in a block of its own", () => {
  assert.deepEqual(Object.keys(PROVIDERS).sort(), [...providers.keys()].sort());
  for (const provider of providers.values()) {
    const { name, secret_setting, trusted_setting, login_setting, app_setting, url_setting } =
      provider;
    const block = PROVIDERS[name as keyof typeof PROVIDERS];
    const own = Object.keys({ ...block.both, ...block.server, ...block.worker });
    const named = [secret_setting, `${secret_setting}_PREVIOUS`, trusted_setting, login_setting]
      .concat(app_setting ?? [], url_setting ?? []).filter((setting) => setting !== null);
    const read = [...Object.keys(block.both), ...Object.keys(block.worker)];
    provider.connection((setting) => {
      assert.ok(read.includes(setting), `the worker reads no ${setting}`);
      return null;
    }, () => {});
    for (const setting of named) assert.ok(own.includes(setting), `${name}: ${setting}`);
    for (const setting of Object.keys(provider.stand_in?.settings("http://x") ?? {})) {
      assert.ok(own.includes(setting), `${name}: ${setting}`);
    }
    assert.ok(own.every((setting) => setting in ALL));
  }
});

Deno.test("every story of the demo is one of the provider's samples", () => {
  for (const { name, stories, samples } of providers.values()) {
    for (const [sample] of stories) assert.ok(Object.hasOwn(samples, sample), `${name}: ${sample}`);
  }
});
