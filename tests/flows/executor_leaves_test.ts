/** Whatever an executor leaves: it becomes one commit of ours, or its flow says why it may not. */
import assert from "node:assert/strict";
import { caseIn, OWNER, type Work, type Yard, yard } from "@/tests/flows/yard.ts";
import { SHAPES } from "@/tests/helpers/secret_samples.ts";
import type { StepScript } from "@/server/demo/steps.ts";

const FILES = `mkdir -p src .github/workflows && echo one > src/one.txt && echo two > two.txt
  echo 'on: push' > .github/workflows/test.yml && git add -A && git commit -q -m first
  echo more >> two.txt && git commit -q -a -m second`;
const TOKEN = SHAPES["a classic GitHub token"];
const GIT = "git -c user.name=x -c user.email=x@example.com -c safe.directory='*'";

/** What it does in its checkout, by the name of the case, and why it stops there. */
const REFUSED: Record<string, [does: string, error: RegExp]> = {
  nothing: ["true", /^The executor changed nothing\.$/],
  "everything-deleted": ["find . -mindepth 1 -delete", /deleted every file/],
  conflict: [
    `${GIT} checkout -q -b ours && echo a > src/one.txt && ${GIT} commit -q -a -m a &&
      ${GIT} checkout -q -b theirs HEAD~1 && echo b > src/one.txt && ${GIT} commit -q -a -m b &&
      ! ${GIT} merge -q ours`,
    /src\/one\.txt has markers of a merge conflict/,
  ],
  gigabyte: ["truncate -s 1G src/huge", /src\/huge has 1073741824 bytes, at most 5242880/],
  "link-out": ["ln -s /etc/passwd src/link", /src\/link is a symlink that leads out/],
  secret: [`echo 'key = ${TOKEN}' > src/one.txt`, /src\/one\.txt holds a secret/],
  "ci-file": ["echo x >> .github/workflows/test.yml", /test\.yml belongs to the checks .*\(CI\)/],
  "not-declared": [
    "echo mine > src/one.txt && mv two.txt three.txt",
    /^What it left may not go out: three\.txt, two\.txt are not among the files that the plan/,
  ],
  nested: [
    `git init -q vendor && cd vendor && echo x > x && ${GIT} add x && ${GIT} commit -q -m x`,
    /vendor\/ is a git repository of its own/,
  ],
};

const HOOKS = `for hook in pre-commit post-index-change commit-msg reference-transaction; do
  printf '#!/bin/sh\\ntouch /tmp/hooked; exit 1\\n' > .git/hooks/$hook && chmod +x .git/hooks/$hook
  done; git config core.hooksPath .git/hooks; git config core.fsmonitor 'touch /tmp/hooked'`;

/** The same, and what comes of it is one commit with this file on top of the base. */
const TAKEN: Record<string, string> = {
  committed: `echo mine > src/one.txt && ${GIT} commit -q -a -m 'my own'`,
  rewritten: `${GIT} checkout -q --orphan other && echo mine > src/one.txt && ${GIT} add -A &&
    ${GIT} commit -q -m 'another history' && ${GIT} branch -D master trunk; true`,
  "secret-in-between": `echo '${TOKEN}' > two.txt && ${GIT} commit -q -a -m oops &&
    ${GIT} checkout -q HEAD~1 -- two.txt && echo mine > src/one.txt && ${GIT} commit -q -a -m sorry`,
  hooks: `mkdir -p .git/hooks && ${HOOKS} && echo mine > src/one.txt`,
};

/** Named by its executor beside what it does, once it was told that it has to. */
const WHY = "It has a better name now";
const DECLARED = ["two.txt", "three.txt"].map((path) => ({ path, why: WHY }));

/** Cases whose executor has learned better. */
const mended = new Set<string>();

const executor: StepScript = ({ prompt, checkout }) => {
  const name = caseIn(prompt);
  const does = mended.has(name) ? "echo mine > src/one.txt" : REFUSED[name]?.[0] ?? TAKEN[name];
  const command = `cd '${checkout}' && { ${does}\n} && echo 'it is done'`;
  const outside_plan = /name each there with the reason/.test(prompt) ? DECLARED : [];
  const result = { summary: "Done.", tests_run: [], outside_plan, left_out: [] };
  return [
    { tools: [{ name: "Bash", input: { command, description: "Do it" } }] },
    { tools: [{ name: "StructuredOutput", input: result }] },
  ];
};

Deno.test("what an executor leaves is one commit, or the flow says why it may not go out", async (t) => {
  await using y = await yard({ code: FILES }, { steps: { executor } });
  const { s } = y;
  const names = [...Object.keys(REFUSED), ...Object.keys(TAKEN)];
  const plan = { files_affected: [{ path: "src/one.txt", change: "Say something else" }] };
  const all = new Map<string, Awaited<ReturnType<Yard["planned"]>>>();
  for (const [n, name] of names.entries()) {
    all.set(name, await y.planned({ name, number: n + 1, repository: "code", plan }));
  }
  for (const work of all.values()) await y.approve(work);
  const base = await y.git("code", "rev-parse", "trunk");

  for (const [name, [, expected]] of Object.entries(REFUSED)) {
    await t.step(`refused: ${name}`, async () => {
      const { step, error } = await y.failure(all.get(name)!);
      assert.equal(step, "executor");
      assert.match(error, expected);
      assert.ok(!error.includes(TOKEN));
    });
  }
  for (const name of Object.keys(TAKEN)) {
    await t.step(`taken: ${name}`, async () => {
      const { branch } = await isProposed(all.get(name)!);
      const history = await y.git("code", "log", "-2", "--format=%an %H", branch!);
      const [[author], [, parent]] = history.split("\n").map((
        line,
      ) => [line.slice(0, -41), line.slice(-40)]);
      assert.deepEqual([author, parent], ["Claude Code Agent", base]);
      assert.equal(await y.git("code", "diff", "--name-only", base, branch!), "src/one.txt");
    });
  }
  await t.step("a step that failed is tried again, and given up, from the flow", async () => {
    mended.add("secret");
    await y.decide(all.get("secret")!, "retry");
    await y.decide(all.get("nothing")!, "stop");
    await isProposed(all.get("secret")!);
    const { end_text } = await y.until(all.get("nothing")!, ({ status }) => status === "stopped");
    assert.match(end_text!, /^Given up by admin/);
  });
  await t.step("what was refused is told, and goes once it says why", async () => {
    await y.decide(all.get("not-declared")!, "retry");
    const { branch } = await isProposed(all.get("not-declared")!);
    assert.equal(
      await y.git("code", "diff", "--name-only", "--no-renames", base, branch!),
      "src/one.txt\nthree.txt\ntwo.txt",
    );
    const { body } = s.github.pulls.find((pull) => pull.branch === branch)!;
    for (const { path } of DECLARED) assert.ok(body.includes(`${path} is not among`), body);
    assert.ok(body.includes(WHY), body);
  });
  const branches = (await y.git("code", "branch", "--format=%(refname:short)")).split("\n");
  assert.equal(branches.length, 1 + Object.keys(TAKEN).length + 2, branches.join());
  await assert.rejects(Deno.lstat("/tmp/hooked"), Deno.errors.NotFound);

  async function isProposed(work: Work) {
    const made = await y.until(
      work,
      (one) => one.waits_for === "pull_request" || one.status === "failed",
    );
    assert.equal(made.error, null);
    const pulls = s.github.pulls.filter(({ branch }) => branch === made.branch);
    assert.deepEqual(pulls.map(({ repository, draft }) => [repository, draft]), [
      [`${OWNER}/code`, false],
    ]);
    return made;
  }
});
