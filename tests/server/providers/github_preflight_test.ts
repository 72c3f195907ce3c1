import assert from "node:assert/strict";
import { hub, refusal } from "./github_pulls_scene.ts";
import { failure } from "./github_reply_scene.ts";

const ALL = [
  "push branches",
  "open pull requests",
  "change files in .github/workflows",
  "read check runs",
  "read commit statuses",
  "start checks by GitHub Actions",
];

Deno.test("a token with both scopes may do all there is", async () => {
  await using h = hub();
  assert.deepEqual(await h.requests.preflight(h.at), {
    default_branch: "trunk",
    archived: false,
    can: ALL,
    cannot: [],
    notes: [],
  });
  assert.deepEqual(h.writes(), []);
});

Deno.test("a classic token shows which scope it lacks", async () => {
  await using h = hub();
  h.recorder.repository.scopes = ["repo"];
  const { cannot } = await h.requests.preflight(h.at);
  assert.deepEqual(cannot, [
    {
      what: "change files in .github/workflows",
      why: "GITHUB_TOKEN needs the scope workflow",
      stops: "workflows",
    },
  ]);
});

Deno.test("of a fine-grained token nobody knows, unless its owner may not push", async () => {
  await using h = hub();
  h.recorder.repository.scopes = null;
  const { can, notes } = await h.requests.preflight(h.at);
  assert.deepEqual(can, ["start checks by GitHub Actions"]);
  assert.match(notes[0], /does not tell what a fine-grained token may do/);
  h.recorder.repository.may_push = false;
  const { cannot } = await h.requests.preflight(h.at);
  assert.ok(
    cannot.some(({ what, why }) => what === "push branches" && /no write access/.test(why)),
  );
});

Deno.test("an app is told by what was granted to it", async () => {
  await using h = hub("app");
  h.recorder.repository.permissions = { metadata: "read", contents: "write", checks: "read" };
  const { can, cannot, notes } = await h.requests.preflight(h.at);
  assert.deepEqual(can, ["push branches", "read check runs", "start checks by GitHub Actions"]);
  assert.deepEqual(cannot.map(({ why }) => why), [
    "the GitHub App lacks the permission pull_requests: write",
    "the GitHub App lacks the permission workflows: write",
    "the GitHub App lacks the permission statuses: read",
  ]);
  assert.deepEqual(notes, []);
  assert.deepEqual(h.rights(), [{ metadata: "read", contents: "read" }]);
});

Deno.test("rulesets that want signatures, or keep our branches out, are told before", async () => {
  await using h = hub();
  h.recorder.repository.rules = [
    { branch: /./, types: ["required_signatures", "deletion"] },
    { branch: /^agent\//, types: ["creation"] },
  ];
  const { cannot, notes } = await h.requests.preflight(h.at);
  assert.deepEqual(cannot.map(({ what }) => what), [
    "push unsigned commits",
    "create branches named agent/…",
  ]);
  assert.match(cannot[0].why, /GIT_SIGNING_KEY/);
  assert.match(notes[0], /trunk takes signed commits alone/);
});

Deno.test("an archived or empty repository, and one without workflows, are told", async () => {
  await using h = hub();
  Object.assign(h.recorder.repository, { archived: true, workflows: 0 });
  const archived = await h.requests.preflight(h.at);
  assert.equal(archived.archived, true);
  assert.deepEqual(
    new Set(archived.cannot.map(({ why }) => why)),
    new Set(["the repository is archived"]),
  );
  assert.match(archived.notes[0], /no workflows/);
  Object.assign(h.recorder.repository, { archived: false, default_branch: "main" });
  const empty = await h.requests.preflight(h.at);
  assert.match(empty.cannot[0].why, /is empty: push a first commit to main/);
});

Deno.test("what a plan keeps from us is not known, and no error", async () => {
  await using h = hub();
  const upgrade = refusal(403, "Upgrade to GitHub Pro or make this repository public");
  h.recorder.failNext("GET", /\/rules\//, upgrade, upgrade);
  h.recorder.failNext("GET", /\/actions\//, refusal(403, "Resource not accessible"));
  const { can, notes } = await h.requests.preflight(h.at);
  assert.ok(can.includes("push branches"));
  assert.match(notes[0], /needs Actions: read/);
});

Deno.test("a repository that is not there is an error that says what to look at", async () => {
  await using h = hub();
  h.recorder.failNext("GET", /tea-shop$/, refusal(404, "Not Found"));
  const error = await failure(h.requests.preflight(h.at));
  assert.match(
    error.message,
    /looking at what may be done in harbour\/tea-shop: .*gone or renamed/,
  );
});
