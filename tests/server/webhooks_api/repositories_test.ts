import assert from "node:assert/strict";
import { testServer } from "@/tests/helpers/server.ts";
import { createdWebhook, fieldsOf } from "./scene.ts";

const MAPPED = ["SHOP = github:octo/shop@main", "ops = gitlab:group/sub/tools"];

Deno.test("a webhook says which repository its changes are about, and for which project", async () => {
  await using s = await testServer();
  const { id } = await createdWebhook(s, { repository: "github:octo/hello" });
  const path = `/api/webhooks/${id}`;
  assert.equal((await s.call("GET", path)).json.repository, "github:octo/hello");
  const changed = await s.call("PUT", path, { repositories: MAPPED });
  assert.deepEqual(changed.json.repositories, MAPPED, changed.text);
  assert.equal(changed.json.repository, "github:octo/hello", "what is not named stays");
  const none = await s.call("PUT", path, { repository: "", repositories: [] });
  assert.deepEqual([none.json.repository, none.json.repositories], [null, []]);
});

Deno.test("what is no repository, and a service that keeps none, is refused by its field", async () => {
  await using s = await testServer();
  const { id } = await createdWebhook(s);
  const refused = async (change: unknown, field: string, words: RegExp) => {
    const answer = await s.call("PUT", `/api/webhooks/${id}`, change);
    assert.deepEqual([answer.status, fieldsOf(answer)], [422, [field]], answer.text);
    assert.match(answer.text, words);
  };
  await refused({ repository: "octo/hello" }, "repository", /does not say where/);
  await refused({ repository: "github:../hello" }, "repository", /owner\/name/);
  await refused({ repository: "jira:octo/hello" }, "repository", /only at github, gitlab/);
  await refused({ repositories: ["SHOP"] }, "repositories.0", /PROJECT = /);
  await refused({ repositories: ["A = slack:o/n"] }, "repositories.0", /no repositories at slack/);
  await refused({ repositories: [MAPPED[0], MAPPED[0]] }, "repositories", /twice/);
});

Deno.test("the form has the mapping a line for each project", async () => {
  await using s = await testServer();
  const { id } = await createdWebhook(s);
  const cookie = await s.signIn();
  const content = { "content-type": "application/x-www-form-urlencoded" };
  const save = (repositories: string) =>
    s.call(
      "POST",
      `/webhooks/${id}/settings/save`,
      new URLSearchParams({ name: "Shop", repository: "github:octo/hello", repositories })
        .toString(),
      { token: null, headers: { cookie, origin: s.url, ...content } },
    );
  assert.equal((await save(MAPPED.join("\r\n") + "\r\n\r\n")).status, 303);
  assert.deepEqual((await s.call("GET", `/api/webhooks/${id}`)).json.repositories, MAPPED);
  const refused = await save("nonsense");
  assert.equal(refused.status, 422);
  assert.match(refused.text, /nonsense<\/textarea>/);
  assert.match(refused.text, /is written as/);
});
