/** What may not leave the machine is seen in the commit's tree, and said in words. */
import assert from "node:assert/strict";
import { HELD, SHAPES } from "@/tests/helpers/secret_samples.ts";
import { scene } from "@/tests/workers/workspace/change_scene.ts";
import type { CheckRules } from "@/workers/workspace/check_commit.ts";

const TOKEN = SHAPES["a classic GitHub token"];
const KEY = SHAPES["a key of OpenSSH"];
const COMMIT_TREE = "git commit-tree -p origin/trunk -m x";

Deno.test("a change within the plan has nothing against it", async () => {
  await using s = await scene();
  await s.sh("echo three > src/one.txt && echo new > src/new.txt && ln -s ../two.txt src/link");
  const { commit } = (await s.commit())!;
  const planned_files = ["./src/one.txt", "/src/new.txt", "src/link"];
  const nothing = { refusals: [], remarks: [] };
  assert.deepEqual(await s.check(commit, { planned_files }), nothing);
  assert.deepEqual(await s.check(commit, { planned_files: ["src/"] }), nothing);
});

Deno.test("what is outside of the plan's files goes with its reason", async () => {
  await using s = await scene();
  await s.sh("echo three > src/one.txt && rm two.txt && echo x > big.bin");
  const { commit } = (await s.commit())!;
  const outside_plan = [
    { path: "two.txt", why: `Nobody reads it,\nnot even ${TOKEN}` },
    { path: "./big.bin", why: "The test needs it" },
    { path: "run.sh", why: "It was not changed in the end" },
  ];
  assert.deepEqual(await s.check(commit, { planned_files: ["./src/one.txt"], outside_plan }), {
    refusals: [],
    remarks: [
      "big.bin is not among the files that the plan names: The test needs it",
      "two.txt is not among the files that the plan names: Nobody reads it, not even [redacted]",
      "big.bin was kept by LFS, and goes in as an ordinary file",
    ],
  });
});

Deno.test("each file outside of the plan is told, however many they are", async () => {
  await using s = await scene();
  const names = Array.from({ length: 50 }, (_, n) => `${n}.txt`);
  await s.sh(`touch ${names.join(" ")}`);
  const { commit } = (await s.commit())!;
  const outside_plan = names.map((path) => ({ path, why: "Needed" }));
  const { refusals, remarks } = await s.check(commit, { planned_files: [], outside_plan });
  assert.deepEqual([refusals, remarks.length], [[], 50]);
});

Deno.test("what is outside of the plan's files without a word is refused", async (t) => {
  const say = "not among the files that the plan names, and outside_plan does not say why: " +
    "name each there with the reason, or leave it as it was";
  const cases: [string, string, Partial<CheckRules>, string][] = [
    ["a new file", "echo x > new.txt", {}, `new.txt is ${say}`],
    ["one deleted", "rm two.txt", {}, `two.txt is ${say}`],
    ["a renamed one, by its old path", "mv two.txt src/two.txt", {}, `two.txt is ${say}`],
    ["and by its new path", "mv two.txt 2.txt", { planned_files: ["two.txt"] }, `2.txt is ${say}`],
    ["other letters", "echo x > Two.txt", { planned_files: ["two.txt"] }, `Two.txt is ${say}`],
    [
      "a folder without a slash",
      "echo x > src/one.txt",
      { planned_files: ["src"] },
      `src/one.txt is ${say}`,
    ],
    [
      "another file declared",
      "echo x > two.txt && echo y > new.txt",
      { outside_plan: [{ path: "new.txt", why: "Needed" }] },
      `two.txt is ${say}`,
    ],
    [
      "many",
      "for n in 1 2 3 4 5 6 7; do echo x > $n.txt; done",
      {},
      `1.txt, 2.txt, 3.txt, 4.txt, 5.txt, and 2 more are ${say}`,
    ],
  ];
  for (const [name, command, rules, expected] of cases) {
    await t.step(name, async () => {
      await using s = await scene();
      await s.sh(command);
      const { commit } = (await s.commit())!;
      const { refusals } = await s.check(commit, { planned_files: ["src/"], ...rules });
      assert.deepEqual(refusals, [expected]);
    });
  }
});

Deno.test("what may not leave is refused with its path", async (t) => {
  const utf16 = `printf '%s' '${TOKEN}' | sed 's/./&\\x00/g' > src/wide.txt`;
  const cases: [string, string, RegExp][] = [
    ["a token in a new file", `echo 'a = "${TOKEN}"' > src/a.txt`, /^src\/a.txt holds a secret$/],
    ["a key added to a file", `cat >> src/one.txt <<'END'\n${KEY}\nEND`, /^src\/one.txt holds/],
    ["a secret that we hold", `printf '%s' '${HELD.plain}' > src/a`, /^src\/a holds a secret$/],
    ["in base64", `printf '%s' '${HELD.plain}' | base64 > src/a`, /^src\/a holds a secret$/],
    ["far inside", `(head -c 3000000 /dev/zero; echo ' ${TOKEN}') > src/a`, /^src\/a holds/],
    ["in UTF-16", utf16, /^src\/wide.txt holds a secret$/],
    ["in the name", `touch src/${TOKEN}`, /^src\/\[redacted\] has a secret in its name$/],
    ["in a symlink", `ln -s ${TOKEN} src/l`, /^src\/l holds a secret$/],
    [
      "a workflow",
      "echo x >> .github/workflows/test.yml",
      /^\.github\/workflows\/test.yml belongs/,
    ],
    ["one removed", "rm .github/workflows/test.yml", /^\.github\/workflows\/test.yml belongs/],
    ["in other letters", "mkdir .GitHub; mkdir .GitHub/Workflows; touch .GitHub/Workflows/a", /CI/],
    ["Jenkins", "mkdir ci && touch ci/Jenkinsfile.prod", /^ci\/Jenkinsfile.prod belongs/],
    ["a symlink out", "ln -s /etc/passwd src/l", /^src\/l is a symlink that leads out/],
    ["one by ..", "ln -s ../../x src/l", /^src\/l is a symlink that leads out/],
    ["one by .. behind a folder", "ln -s a/../../x l", /^l is a symlink that leads out/],
    ["one into .git", "ln -s .git/config l", /^l is a symlink into .git$/],
    ["a symlink with a text", "rm link && echo 'a file' > link", /^link is a symlink, and what/],
    [
      "a conflict",
      "printf '<<<<<<< a\\n1\\n=======\\n2\\n>>>>>>> b\\n' > src/one.txt",
      /^src\/one.txt has markers/,
    ],
    ["submodules", "echo x > .gitmodules", /^\.gitmodules changes a submodule/],
  ];
  for (const [name, command, expected] of cases) {
    await t.step(name, async () => {
      await using s = await scene();
      await s.sh(command);
      const { refusals } = await s.check((await s.commit())!.commit);
      assert.equal(refusals.length, 1, refusals.join("\n"));
      assert.match(refusals[0], expected);
    });
  }
});

Deno.test("a tree that no worktree makes is refused as well", async (t) => {
  const link = "printf '160000 commit 1111111111111111111111111111111111111111\\tsub\\n'";
  const blob = "printf '100644 blob %s\\t%s\\n' $(git rev-parse origin/trunk:two.txt)";
  const cases: [string, string, RegExp][] = [
    ["a submodule", link, /^sub changes a submodule/],
    ["a disguise", `${blob} .g$(printf '\\342\\200\\214')it`, /is in a .git folder/],
    ["a short name", `${blob} GIT~1`, /^GIT~1 is in a .git folder/],
    ["blanks at its end", `${blob} '.git. '`, /is in a .git folder/],
    ["a stream of NTFS", `${blob} '.git::$INDEX_ALLOCATION'`, /is in a .git folder/],
    ["a way up", `${blob} '..\\x'`, /leads out of the repository/],
  ];
  for (const [name, entry, expected] of cases) {
    await t.step(name, async () => {
      await using s = await scene();
      const made = `(git ls-tree origin/trunk; ${entry}) | git mktree --missing`;
      const commit = await s.sh(`cd ${s.bare} && ${COMMIT_TREE} $( ${made} )`);
      const { refusals } = await s.check(commit.trim());
      assert.equal(refusals.length, 1, refusals.join("\n"));
      assert.match(refusals[0], expected);
    });
  }
});

Deno.test("CI files go when the approval named exactly them", async () => {
  await using s = await scene();
  await s.sh("echo x >> .github/workflows/test.yml && echo y > .github/workflows/other.yml");
  const { commit } = (await s.commit())!;
  const { refusals } = await s.check(commit, {
    allowed_ci_files: [".github/workflows/test.yml"],
  });
  assert.equal(refusals.length, 1);
  assert.match(refusals[0], /^\.github\/workflows\/other.yml belongs/);
});

Deno.test("what GitLab's CI file includes belongs to it, before the change and after", async () => {
  await using s = await scene(`mkdir jobs && echo 'a: 1' > jobs/build.yml && echo 'b: 1' > deep.yml
    printf 'include:\\n  - local: /jobs/*.yml\\n' > .gitlab-ci.yml && echo 'c: 1' > free.yml
    git add -A && git commit -q -m first`);
  await s.sh("echo 'include: deep.yml' > jobs/build.yml && echo 2 > deep.yml && echo 2 > free.yml");
  const { refusals } = await s.check((await s.commit())!.commit);
  assert.deepEqual(refusals.map((one) => one.split(" ")[0]), ["jobs/build.yml"]);
});

Deno.test("what was there before the change is no news", async () => {
  const text = `${TOKEN}\\n<<<<<<< a\\n=======\\n>>>>>>> b\\n`;
  await using s = await scene(`printf '${text}' > a && git add -A && git commit -q -m first`);
  await s.sh("echo more >> a");
  assert.deepEqual((await s.check((await s.commit())!.commit)).refusals, []);
  await s.sh(`echo ${SHAPES["a GitLab token"]} >> a`);
  assert.deepEqual((await s.check((await s.commit())!.commit)).refusals, ["a holds a secret"]);
});

Deno.test("files over the limit, and secrets in the message, are refused", async () => {
  await using s = await scene();
  await s.sh("head -c 2000 /dev/zero > src/a");
  const { commit } = (await s.commit({ message: `Use ${TOKEN}` }))!;
  const { refusals } = await s.check(commit, { max_file_bytes: 1000 });
  assert.deepEqual(refusals, [
    "src/a has 2000 bytes, at most 1000 may go in",
    "the commit's message holds a secret",
  ]);
});

Deno.test("hundreds of problems are told in a few lines", async () => {
  await using s = await scene();
  const long = "x".repeat(240);
  await s.sh(`for n in $(seq 100); do ln -s /etc src/"$n"${long}; done`);
  const { refusals } = await s.check((await s.commit())!.commit);
  assert.equal(refusals.length, 21);
  assert.equal(refusals.at(-1), "and 80 more");
  assert.ok(refusals.every((one) => one.length < 300));
});

Deno.test("a secret among hundreds of files is found, and nothing is passed over unread", async () => {
  await using s = await scene();
  await s.sh(`for n in $(seq 300); do head -c 200000 /dev/zero | tr '\\0' $((n % 10)) > src/$n; done
    echo '${TOKEN}' >> src/250 && echo '${TOKEN}' >> two.txt`);
  const { commit } = (await s.commit())!;
  const { refusals } = await s.check(commit);
  assert.deepEqual(refusals, ["src/250 holds a secret", "two.txt holds a secret"]);
  const [, , id] = (await s.git("ls-tree", commit, "src/250")).split(/\s/);
  await Deno.remove(`${s.bare}/objects/${id.slice(0, 2)}/${id.slice(2)}`);
  await assert.rejects(s.check(commit), /Files of the commit are missing on this machine/);
});
