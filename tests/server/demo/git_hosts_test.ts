import assert from "node:assert/strict";
import { join } from "node:path";
import { makeRepository } from "@/server/demo/git_backend.ts";
import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { github } from "@/server/providers/github.ts";
import { gitlab } from "@/server/providers/gitlab.ts";
import type { Provider } from "@/server/providers/provider.ts";

const REPOSITORY = "harbour/tea-shop";
const BRANCH = "agent/12-cents";
const SCRIPT = `echo one > a && git add a && git commit -qm one
  git checkout -q -b ${BRANCH} && echo two > a && git commit -qam two`;

async function git(...args: string[]): Promise<string> {
  const env = { HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
  const { stdout, stderr, success } = await new Deno.Command("git", { args, env }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** Opens, pushes to and deletes a branch, as seen by the API and by git. */
async function changeThere(provider: Provider, folder: string, api: string, pages: string) {
  const bare = join(folder, `${REPOSITORY}.git`);
  const at = { connection: { base_url: api, token: "demo" }, repository: REPOSITORY };
  const requests = provider.pull_requests!;
  const wanted = { branch: BRANCH, base: "trunk", title: "Two", body: "", draft: true };
  const opened = await requests.open(at, wanted);
  assert.equal(opened.head, await git("-C", bare, "rev-parse", BRANCH));

  const back = await git("-C", bare, "rev-parse", "trunk");
  await git("-C", bare, "push", "-qf", `${pages}/${REPOSITORY}.git`, `trunk:${BRANCH}`);
  assert.equal((await requests.get(at, opened.number)).head, back, "a push moves it");

  await requests.deleteBranch(at, BRANCH, back);
  assert.equal(await git("-C", bare, "branch", "--list", BRANCH), "");
  assert.equal(await git("-C", bare, "rev-parse", "trunk"), back, "others stay");
}

async function tempRepository() {
  const folder = await Deno.makeTempDir();
  await makeRepository(folder, REPOSITORY, SCRIPT);
  return folder;
}

Deno.test("pull requests of the demo's GitHub are of branches in its repositories", async () => {
  const folder = await tempRepository();
  const recorder = startGithubRecorder(folder);
  try {
    await changeThere(github, folder, recorder.url, recorder.url);
  } finally {
    await recorder.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a demo that is started again finds its pull requests and comments where they were", async () => {
  const folder = await tempRepository();
  const file = join(folder, "github.json");
  const first = startGithubRecorder(folder, file);
  const at = { connection: { base_url: first.url, token: "demo" }, repository: REPOSITORY };
  const wanted = { branch: BRANCH, base: "trunk", title: "Two", body: "", draft: true };
  const { number, url } = await github.pull_requests!.open(at, wanted);
  await first.close();

  const second = startGithubRecorder(folder, file);
  try {
    assert.equal(second.url, first.url);
    assert.equal((await github.pull_requests!.find(at, BRANCH))?.number, number);
    const page = await (await fetch(url)).text();
    assert.match(page, /draft[\s\S]*Two[\s\S]*\+two/);
    assert.match(await (await fetch(second.url)).text(), new RegExp(new URL(url).pathname));
  } finally {
    await second.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("merge requests of the demo's GitLab are of branches in its repositories", async () => {
  const folder = await tempRepository();
  const services = startServiceRecorder(folder);
  try {
    await changeThere(gitlab, folder, `${services.url}/gitlab`, `${services.url}/gitlab`);
    assert.deepEqual(services.gitlab.requests.map(({ title }) => title), ["Draft: Two"]);
  } finally {
    await services.close();
    await Deno.remove(folder, { recursive: true });
  }
});
