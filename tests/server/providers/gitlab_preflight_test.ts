import assert from "node:assert/strict";
import { failure } from "./github_reply_scene.ts";
import { lab, refusal } from "./gitlab_requests_scene.ts";

const ALL = ["push branches", "open merge requests", "start pipelines"];

Deno.test("a developer's token of the scope api may do all there is", async () => {
  await using l = lab();
  assert.deepEqual(await l.api.preflight(l.at), {
    default_branch: "trunk",
    archived: false,
    can: ALL,
    cannot: [],
    notes: [],
  });
  assert.deepEqual(l.writes(), []);
});

const KEPT = [
  [{ access_level: 20 }, [/level 20, and Developer/, /level 20/, /level 20/]],
  [{ archived: true }, [/archived/, /archived/, /archived/]],
  [{ scopes: ["write_repository"] }, [/scope api/]],
  [{ scopes: ["read_api"] }, [/scope write_repository/, /scope api/, /scope write_repository/]],
  [{ merge_requests_access_level: "disabled" }, [/merge requests are off/]],
  [{ builds_access_level: "disabled" }, [/CI\/CD is off/]],
] as const;

Deno.test("what the role, the scopes or the project keep from us is said", async () => {
  for (const [settings, reasons] of KEPT) {
    await using l = lab();
    Object.assign(l.projects.settings, settings);
    const { cannot } = await l.api.preflight(l.at);
    assert.equal(cannot.length, reasons.length, JSON.stringify(cannot));
    for (const [at, reason] of reasons.entries()) assert.match(cannot[at].why, reason);
  }
});

Deno.test("a protected branch counts where its pattern takes in ours", async () => {
  await using l = lab();
  const guard = (name: string, level: number) => {
    l.projects.settings.protected_branches = [
      { name, push_access_levels: [{ access_level: level }] },
    ];
    return l.api.preflight(l.at);
  };
  for (const name of ["agent/*", "*", "a*/*-pre*"]) {
    assert.match((await guard(name, 40)).cannot[0].why, /takes pushes of others alone/, name);
  }
  for (const name of ["release/*", "agent", "agent/*/x", "*agent/1", "agent/1-pref*flight"]) {
    assert.deepEqual((await guard(name, 40)).cannot, [], name);
  }
  assert.deepEqual((await guard("agent/*", 30)).cannot, []);
  assert.equal((await guard("agent/*", 0)).cannot.length, 2, "nobody may");
});

Deno.test("push rules that our commits may break are told before", async () => {
  await using l = lab();
  l.projects.settings.push_rule = {
    reject_unsigned_commits: true,
    commit_committer_check: true,
    branch_name_regex: "^(a+)+$",
    commit_message_regex: "",
  };
  const { cannot } = await l.api.preflight(l.at);
  assert.deepEqual(cannot.map(({ what }) => what), [
    "push unsigned commits",
    "push commits of any author",
    "push every branch named agent/…",
  ]);
  assert.match(cannot[0].why, /GIT_SIGNING_KEY/);
  assert.match(cannot[2].why, /\^\(a\+\)\+\$/);
});

Deno.test("what GitLab does not tell is a note, and no error", async () => {
  await using l = lab();
  l.projects.settings.access_level = null;
  l.failNext("GET", /tokens\/self$/, refusal(404, "404 Not Found"));
  l.failNext("GET", /protected_branches$/, refusal(403, "403 Forbidden"));
  const { can, cannot, notes } = await l.api.preflight(l.at);
  assert.deepEqual([can, cannot], [ALL, []]);
  assert.equal(notes.length, 2);
});

Deno.test("a project that is not there is an error that says what to look at", async () => {
  await using l = lab();
  l.failNext("GET", /tea-shop$/, refusal(404, "404 Project Not Found"));
  const error = await failure(l.api.preflight(l.at));
  assert.match(error.message, /looking at what may be done in harbour\/shops\/tea-shop: .*404/);
});
