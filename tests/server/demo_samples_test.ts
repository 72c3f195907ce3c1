import assert from "node:assert/strict";
import { GITHUB_SAMPLES, type GithubSample, githubSample } from "@/server/demo/samples/github.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";
import { testDatabase } from "@/tests/helpers/database.ts";

const SECRET = "a secret of a test";

Deno.test("every sample is taken by the door it is signed for", async () => {
  await using t = await testDatabase();
  const door = { secrets: [SECRET], trusted_users: null, login: () => null, app_id: null };
  const deps = {
    db: t.db,
    now: () => new Date(),
    config: { command_prefix: "@agent", doors: { github: door } },
  };
  const outcomes: Record<string, string> = {};
  for (const sample of Object.keys(GITHUB_SAMPLES) as GithubSample[]) {
    const { headers, body } = githubSample(sample, SECRET);
    const request = new Request("http://x/webhooks/github", { method: "POST", headers, body });
    const response = await receiveWebhook(deps, "github", request);
    assert.equal(response.status, 200, sample);
    outcomes[sample] = (await response.json()).outcome;
  }
  assert.deepEqual(outcomes, {
    ping: "ignored",
    issue_comment: "accepted",
    pull_request_comment: "accepted",
    issues: "accepted",
    outsider_comment: "ignored",
  });
});
