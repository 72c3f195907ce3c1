import assert from "node:assert/strict";
import { createVerify, generateKeyPairSync } from "node:crypto";
import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { github } from "@/server/providers/github.ts";
import { accessTo } from "@/server/providers/github/access.ts";
import { ProviderError } from "@/server/providers/provider.ts";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PKCS1 = keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const REPOSITORY = "octo/hello";
const TARGET = {
  repository: REPOSITORY,
  number: 7,
  is_pull_request: false,
  on: "issue",
  comment_id: null,
  thread_comment_id: null,
};

/** GitHub on loopback, and our app there. */
function hub(private_key = PKCS1) {
  const recorder = startGithubRecorder();
  const connection = { base_url: recorder.url, token: null, app: { id: "7", private_key } };
  return {
    recorder,
    seen: recorder.calls,
    connection,
    sender: github.connect(connection),
    [Symbol.asyncDispose]: () => recorder.close(),
  };
}

Deno.test("an app shows a token of its installation, and asks for it once an hour", async () => {
  await using h = hub();
  await h.sender.comment({ ...TARGET, installation_id: 12 }, "on it");
  await h.sender.comment({ ...TARGET, installation_id: 12 }, "done");
  assert.deepEqual(h.seen.map(({ path }) => path), [
    "/app/installations/12/access_tokens",
    "/repos/octo/hello/issues/7/comments",
    "/repos/octo/hello/issues/7/comments",
  ]);
  assert.equal(h.seen[2].authorization, "Bearer ghs_of_the_app");
});

Deno.test("the app signs with the key that GitHub handed out, on one line too", async () => {
  await using h = hub(PKCS1.replaceAll("\n", "\\n"));
  assert.deepEqual(await h.sender.whoAmI!(), { id: "7", name: "the-agent[bot]" });
  const [header, payload, signature] = h.seen[0].authorization!.slice("Bearer ".length).split(".");
  const verify = createVerify("RSA-SHA256").update(`${header}.${payload}`);
  assert.equal(verify.verify(keys.publicKey, signature, "base64url"), true);
  assert.equal(JSON.parse(atob(payload)).iss, "7");
});

Deno.test("where no installation is told, or another app's, the repository's is looked up", async () => {
  await using h = hub();
  await h.sender.comment(TARGET, "on it");
  const other = () => Response.json({ message: "Not Found" }, { status: 404 });
  h.recorder.failNext("POST", /installations\/99\//, other);
  await h.sender.comment({ ...TARGET, installation_id: 99 }, "on it");
  assert.deepEqual(h.seen.map(({ path }) => path), [
    "/repos/octo/hello/installation",
    "/app/installations/70/access_tokens",
    "/repos/octo/hello/issues/7/comments",
    "/app/installations/99/access_tokens",
    "/repos/octo/hello/issues/7/comments",
  ]);
});

Deno.test("a token that GitHub took back is made anew", async () => {
  await using h = hub();
  const revoked = () => Response.json({ message: "Bad credentials" }, { status: 401 });
  h.recorder.failNext("POST", /comments$/, revoked);
  await h.sender.comment({ ...TARGET, installation_id: 12 }, "on it");
  assert.equal(h.recorder.comments.length, 1);
  assert.equal(h.seen.filter(({ path }) => path.endsWith("access_tokens")).length, 2);
});

Deno.test("our comment is known by the name of the app's bot", async () => {
  await using h = hub();
  const [body] = github.prepare("x", { marker_id: "t1", mentions: [], more_url: null });
  await h.sender.comment(TARGET, body);
  const by = (login: string) => () => Response.json([{ id: 1, body, user: { id: 5, login } }]);
  h.recorder.failNext("GET", /comments$/, by("stranger"), by("the-agent[bot]"));
  assert.equal(await h.sender.findComment(TARGET, "t1", null), null);
  assert.equal(await h.sender.findComment(TARGET, "t1", null), "1");
});

Deno.test("a token for git may read this repository's code and nothing else", async () => {
  await using h = hub();
  await accessTo(h.connection, { repository: REPOSITORY }, { contents: "read" });
  const made = h.recorder.calls.find(({ path }) => path.endsWith("access_tokens"))!;
  assert.deepEqual(made.body, { permissions: { contents: "read" }, repositories: ["hello"] });
});

Deno.test("each token that is made is told to who keeps secrets", async () => {
  await using h = hub();
  const told: string[] = [];
  const connection = { ...h.connection, minted: (token: string) => told.push(token) };
  await accessTo(connection, { repository: REPOSITORY }, { contents: "read" });
  assert.deepEqual(told, ["ghs_of_the_app"]);
});

Deno.test("what is wrong with the app is said, with the setting to change", async () => {
  await using h = hub("-----BEGIN RSA PRIVATE KEY-----\nxx\n-----END RSA PRIVATE KEY-----");
  await assert.rejects(h.sender.comment(TARGET, "x"), (error: ProviderError) => {
    assert.match(error.message, /GITHUB_APP_PRIVATE_KEY/);
    return error instanceof ProviderError && error.permanent;
  });
  await using elsewhere = hub();
  const none = () => Response.json({ message: "Not Found" }, { status: 404 });
  elsewhere.recorder.failNext("GET", /installation$/, none);
  await assert.rejects(elsewhere.sender.comment(TARGET, "x"), /App 7 is not installed in octo/);
});
