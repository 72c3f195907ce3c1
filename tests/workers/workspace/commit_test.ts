/** What a run left on the disk becomes one commit, whatever it did to git. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { RepositoryError } from "@/workers/repository/refusal.ts";
import { run, type Scene, scene } from "@/tests/workers/workspace/change_scene.ts";

async function refused(s: Scene, expected: RegExp) {
  await assert.rejects(s.commit(), (error) => {
    assert.ok(error instanceof RepositoryError, String(error));
    assert.match(error.message, expected);
    assert.deepEqual([error.stage, error.permanent], ["commit", true]);
    return true;
  });
  assert.equal(await s.git("for-each-ref", "refs/agent/"), "");
}

Deno.test("a run that changes nothing makes no commit", async () => {
  await using s = await scene();
  assert.equal(await s.commit(), null);
  await s.sh("touch two.txt && mkdir -p build empty && echo x > build/out");
  assert.equal(await s.commit(), null, "what is ignored, and empty folders");
});

Deno.test("the commit is what lies on the disk, on top of the head", async () => {
  await using s = await scene();
  await s.sh(`echo three > src/one.txt; mv two.txt "zwei ü.txt"; chmod +x big.bin; chmod -x run.sh
    ln -s src dir; rm .gitattributes; echo '.*' >> .gitignore; echo x > .hidden`);
  const made = (await s.commit())!;
  const found = made.files.map((
    { path, status, mode, old_path },
  ) => [status, path, mode, old_path]);
  assert.deepEqual(found, [
    ["deleted", ".gitattributes", "100644", undefined],
    ["modified", ".gitignore", "100644", undefined],
    ["modified", "big.bin", "100755", undefined],
    ["added", "dir", "120000", undefined],
    ["modified", "run.sh", "100644", undefined],
    ["modified", "src/one.txt", "100644", undefined],
    ["renamed", "zwei ü.txt", "100644", "two.txt"],
  ]);
  assert.equal(made.files.find(({ path }) => path === "src/one.txt")!.bytes, 6);
  const tree = await s.tree(made.commit);
  assert.ok(tree.some((line) => /^120000 .*\tlink$/.test(line)), "a symlink stays one");
  assert.ok(tree.some((line) => /\.github\/workflows\/test\.yml$/.test(line)), "ignored too late");
  assert.match(await s.git("show", `${made.commit}:big.bin`), /^version https:\/\/git-lfs/);
  assert.equal((await s.git("rev-parse", `${made.commit}^`)).trim(), s.ws.head);
});

Deno.test("message, author and who asked are on it, and nobody slips a trailer in", async () => {
  await using s = await scene();
  await s.sh("echo three > two.txt");
  const co_author = { name: "Ada\nAgent-Task: 1", email: "ada@example.org" };
  const message = "Say three [skip ci]\r\n\r\nAgent-Task: other\nCo-authored-by: x <x@x>";
  const made = (await s.commit({ message, co_author }))!;
  assert.deepEqual([made.signed, made.files.length], [false, 1]);
  const said = await s.git("log", "-1", "--format=%an %ae %cn|%B|%(trailers)", made.commit);
  const [who, body, trailers] = said.split("|");
  assert.equal(who, "the-agent agent@example.org the-agent");
  assert.match(body, /^Say three\s+Agent-Task: other/);
  assert.equal(
    trailers.trim(),
    "Co-authored-by: Ada Agent-Task: 1 <ada@example.org>\nAgent-Task: 0198-task",
  );
  await assert.rejects(
    s.commit({ task_id: "2", author: { name: "", email: "x" } }),
    /set GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL/,
  );
});

Deno.test("called again after a crash it finds its own commit; what changed since makes another", async () => {
  await using s = await scene();
  await s.sh("echo three > two.txt");
  const first = (await s.commit())!;
  await Deno.writeTextFile(join(s.ws.git_dir, "index.commit.lock"), "of one that was killed");
  await s.git("gc", "-q", "--prune=now");
  assert.deepEqual(await s.commit(), first);
  assert.notEqual((await s.commit({ task_id: "another" }))!.commit, first.commit);
  await s.sh("echo four > two.txt");
  const second = (await s.commit())!;
  assert.notEqual(second.commit, first.commit);
  assert.equal((await s.git("rev-parse", `${second.commit}^`)).trim(), s.ws.head);
});

Deno.test("what a run does to git means nothing: commits, history, hooks, settings", async () => {
  await using s = await scene();
  const was_run = join(s.folder, "was-run");
  await s.sh(`rm -f .git && git init -q . && mkdir -p .git/hooks
    for hook in pre-commit post-index-change commit-msg; do
      printf '#!/bin/sh\\ntouch ${was_run}\\n' > .git/hooks/$hook && chmod +x .git/hooks/$hook; done
    git config core.fsmonitor "touch ${was_run}" && git config filter.x.clean "touch ${was_run}; cat"
    echo '* filter=x' > .gitattributes && rm -f ${was_run}
    git checkout -q --orphan other && echo three > two.txt`);
  await run("git", ["-C", s.ws.files, "-c", "core.fsmonitor=", "commit", "-qam", "mine"])
    .catch(() => null);
  await Deno.remove(was_run).catch(() => null);
  const made = (await s.commit())!;
  assert.deepEqual(made.files.map(({ path }) => path), [".gitattributes", "two.txt"]);
  assert.equal((await s.git("rev-parse", `${made.commit}^`)).trim(), s.ws.head);
  await assert.rejects(Deno.lstat(was_run), Deno.errors.NotFound);
  assert.ok((await s.tree(made.commit)).every((line) => !line.includes("\t.git/")));
});

Deno.test("a repository in a folder: refused, never a link to it; in a tracked or ignored one: files", async () => {
  await using s = await scene();
  await s.sh("git init -q build/dep && git init -q src && echo x > src/new.txt");
  const made = (await s.commit())!;
  assert.deepEqual(made.files.map(({ path }) => path), ["src/new.txt"]);
  await using other = await scene();
  await other.sh("git init -q vendor && cd vendor && echo x > x && git add x && git commit -qm x");
  await refused(other, /vendor\/ is a git repository of its own/);
});

Deno.test("what cannot be a change is refused in words, before it is stored", async (t) => {
  const cases: [string, string, RegExp][] = [
    ["all deleted", "rm -rf * .git*", /deleted every file/],
    ["a file of a gigabyte", "truncate -s 1G huge", /huge has 1073741824 bytes, at most 5242880/],
    ["one that grew to it", "truncate -s 1G two.txt", /two.txt has 1073741824 bytes/],
    ["many that are large together", FULL, /all new files have \d+ bytes/],
    [
      "a pipe that git would read",
      "mkdir d && mkfifo d/.gitignore",
      /d\/.gitignore is no ordinary/,
    ],
    ["another", "mkdir -p d/.git/refs d/.git/objects && mkfifo d/.git/HEAD", /HEAD is no ordinary/],
    ["a pipe for a file", "rm two.txt && mkfifo two.txt", /two.txt is no file any more/],
    ["a disguised .git", "mkdir .GIT && echo x > .GIT/config", /\.GIT\/config is in a .git folder/],
    ["a name", "touch \"$(printf 'a\\nb')\"", /control character/],
    ["a folder elsewhere", "cd .. && mv repository x && ln -s /etc repository", /was replaced/],
  ];
  for (const [name, command, expected] of cases) {
    await t.step(name, async () => {
      await using s = await scene();
      await s.sh(command);
      await refused(s, expected);
      const { "size-pack": pack, size } = await objects(s);
      assert.ok(pack + size < 1000, "nothing of it was hashed into the repository");
    });
  }
});

const FULL = "for n in $(seq 60); do truncate -s 5M large$n; done";

async function objects(s: Scene): Promise<Record<string, number>> {
  const lines = (await s.git("count-objects", "-v")).trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(": ")).map(([k, v]) => [k, Number(v)]));
}

Deno.test("sockets and pipes beside the files are passed over, and a link to a folder is a link", async () => {
  await using s = await scene();
  await s.sh("mkfifo pipe && mkdir build && mkfifo build/.x && rm -r src && ln -s /etc src");
  const made = (await s.commit())!;
  assert.deepEqual(made.files.map(({ status, path }) => `${status} ${path}`), [
    "added src",
    "deleted src/one.txt",
  ]);
});
