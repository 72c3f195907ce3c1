import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { getSetting, putOwnName } from "@/db/settings.ts";
import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { github as githubProvider } from "@/server/providers/github.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { loadConfig } from "@/workers/config.ts";
import { learnFullMembers, learnOwnNames } from "@/workers/learn.ts";
import { connectionsOf, ownNamesOf } from "@/workers/start/connections.ts";
import type { Worker } from "@/workers/worker.ts";

const NEEDED = { DATABASE_URL: "postgres://x/y", SECRET_KEY: "a key that is long enough" };
const configOf = (env: Record<string, string>) => loadConfig({ ...NEEDED, ...env }, "/nonexistent");

/** As much of a worker as learning takes. */
async function learner(env: Record<string, string>) {
  const t = await testDatabase();
  const config = configOf(env);
  const worker = {
    db: t.db,
    connections: connectionsOf(config),
    own_names: ownNamesOf(config),
  } as unknown as Worker;
  return { db: t.db, worker, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
}

/** Slack as far as we ask it who is who. */
function slackOf(members: string[]) {
  const paths: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    paths.push(pathname);
    if (pathname === "/auth.test") {
      const who = { team_id: "T1", user_id: "U0AGENT", bot_id: "B1" };
      return Response.json({ ok: true, ...who });
    }
    const users = members.map((id) => ({ id, team_id: "T1", name: id }));
    return Response.json({ ok: true, members: users, response_metadata: { next_cursor: "" } });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  return { paths, url, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("each provider with a token is asked who we are, and the others are left alone", async () => {
  const github = startGithubRecorder();
  await using slack = slackOf([]);
  await using l = await learner({
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: "t",
    SLACK_API_URL: slack.url,
    SLACK_BOT_TOKEN: "xoxb-1",
  });
  await learnOwnNames(l.worker);
  assert.deepEqual(await getSetting(l.db, "own_names"), {
    github: { id: "1", name: "the-agent" },
    slack: { id: "U0AGENT", name: "U0AGENT" },
  });
  const calls = github.calls.length;
  await learnOwnNames(l.worker);
  assert.equal(github.calls.length, calls, "once is enough");
  await github.close();
});

Deno.test("what the operator says is not asked for, and a failure keeps what was known", async () => {
  const github = startGithubRecorder();
  await using slack = slackOf([]);
  await using l = await learner({
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: "t",
    SLACK_API_URL: slack.url,
    SLACK_BOT_TOKEN: "xoxb-1",
    SLACK_BOT_USER_ID: "U1",
  });
  await putOwnName(l.db, "github", { id: "9", name: "before" });
  github.failNext("GET", /user/, () => new Response("", { status: 500 }));
  await learnOwnNames(l.worker);
  assert.deepEqual(await getSetting(l.db, "own_names"), { github: { id: "9", name: "before" } });
  assert.deepEqual([l.worker.own_names, slack.paths], [{ slack: "U1" }, []]);
  await learnOwnNames(l.worker);
  assert.equal(
    (await getSetting(l.db, "own_names"))?.github.name,
    "the-agent",
    "asked again later",
  );
  await github.close();
});

Deno.test("who learns at the same moment loses nothing", async () => {
  await using t = await testDatabase();
  const names = ["github", "slack", "jira", "gitlab"];
  await Promise.all(names.map((name) => putOwnName(t.db, name, { id: "1", name })));
  assert.deepEqual(Object.keys((await getSetting(t.db, "own_names"))!).sort(), names.sort());
});

Deno.test("Slack's full members are learned, by one worker in ten minutes", async () => {
  await using slack = slackOf(["U1", "U2"]);
  await using l = await learner({ SLACK_API_URL: slack.url, SLACK_BOT_TOKEN: "xoxb-1" });
  const now = new Date("2026-01-02T03:04:05Z");
  const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  await learnFullMembers(l.worker, now);
  const learned = await getSetting(l.db, "slack_full_members");
  assert.deepEqual(learned, { ids: ["U1", "U2"], learned_at: now.toISOString() });
  const calls = slack.paths.length;
  await learnFullMembers(l.worker, later(1));
  assert.equal(slack.paths.length, calls);
  await learnFullMembers(l.worker, later(10));
  assert.ok(slack.paths.length > calls);
});

Deno.test("settings become connections: Jira of both kinds, an app, hosts with their ports", () => {
  const of = (env: Record<string, string>) => connectionsOf(configOf(env));
  const cloud = { JIRA_URL: "https://x.example", JIRA_EMAIL: "a@b.c", JIRA_API_TOKEN: "api" };
  assert.deepEqual(of({ ...cloud, JIRA_TOKEN: "pat" }).jira, {
    base_url: "https://x.example",
    token: "api",
    email: "a@b.c",
  });
  assert.deepEqual(of({ JIRA_URL: "https://x.example", JIRA_TOKEN: "pat" }).jira, {
    base_url: "https://x.example",
    token: "pat",
    email: null,
  });
  const key = "-----BEGIN RSA PRIVATE KEY-----";
  const { github } = of({ GITHUB_APP_ID: "7", GITHUB_APP_PRIVATE_KEY: key });
  assert.deepEqual(github.app, { id: "7", private_key: key });
  assert.equal(of({ SENTRY_ORG: "tea" }).sentry.organization, "tea");
  const { forward_hosts } = configOf({ FORWARD_HOSTS: "Hooks.example.org, 10.0.0.1:81" });
  assert.deepEqual(forward_hosts, ["hooks.example.org:443", "10.0.0.1:81"]);
});

Deno.test("git is given the token, or one of the app, or none where the app is not let in", async () => {
  const recorder = startGithubRecorder();
  const base = { base_url: recorder.url, token: "t" };
  const tokenFor = githubProvider.repositories!.token!;
  assert.equal(await tokenFor(base, "octo/hello"), "t");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const private_key = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const connection = { ...base, app: { id: "7", private_key } };
  assert.equal(await tokenFor(connection, "octo/hello"), "ghs_of_the_app");
  const none = () => Response.json({ message: "Not Found" }, { status: 404 });
  recorder.failNext("GET", /installation$/, none);
  assert.equal(await tokenFor(connection, "octo/public"), null);
  await recorder.close();
});
