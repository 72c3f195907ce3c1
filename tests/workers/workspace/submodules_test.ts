import assert from "node:assert/strict";
import { join } from "node:path";
import { commitWorkspace } from "@/workers/workspace/commit.ts";
import { fetchSubmodules } from "@/workers/workspace/submodules.ts";
import { openWorkspace } from "@/workers/workspace.ts";
import { makeRepository } from "@/tests/workers/git_server.ts";
import { inWorktree, repositoryScene, shell, TOKEN } from "@/tests/workers/workspace/scene.ts";

/** Writes links to `inner.git`, whatever address `.gitmodules` says of each. */
async function scene(urls: string[], writable = false) {
  const here = await repositoryScene();
  await makeRepository(here.folder, "inner", "echo in > in.txt && git add -A && git commit -qm in");
  const id = await shell(here.folder, "git -C inner.git rev-parse trunk");
  const modules = urls.map((url, n) =>
    `[submodule "m${n}"]\n\tpath = libs/m${n}\n\turl = ${url}\n\tupdate = !touch /tmp/owned`
  ).join("\n");
  const links = urls.map((_, n) => `git update-index --add --cacheinfo 160000,${id},libs/m${n}`);
  await here.push(
    `printf '%s\\n' '${modules}' > .gitmodules && git add -A && ${
      links.join(" && ")
    } && git commit -qm modules`,
  );
  const request = here.request({ writable });
  const seen: string[] = [];
  const workspace = await openWorkspace(request);
  return {
    here,
    workspace,
    seen,
    fetch: () =>
      fetchSubmodules(request, workspace, ({ href }) => {
        seen.push(href);
        return Promise.resolve({ url: href, token: TOKEN });
      }),
    file: (n: number) =>
      Deno.readTextFile(join(workspace.files, `libs/m${n}/in.txt`)).catch(() => null),
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  };
}

Deno.test("submodules of the same host are put into their folders, and no command of theirs runs", async () => {
  await using s = await scene(["../inner.git", "./../inner.git"]);
  assert.deepEqual(await s.fetch(), { fetched: ["libs/m0", "libs/m1"], left_out: [] });
  assert.equal(await s.file(0), "in\n");
  assert.equal(await s.file(1), "in\n");
  assert.equal(s.seen[0], `${s.here.server.url}/inner.git`);
  await assert.rejects(Deno.lstat("/tmp/owned"), Deno.errors.NotFound);
  const { mode } = await Deno.lstat(join(s.workspace.files, "libs"));
  assert.equal(mode! & 0o222, 0, "a run that only reads writes nowhere");
});

Deno.test("other hosts, files, programs and credentials are not asked", async () => {
  const urls = [
    "https://example.com/inner.git",
    "file:///etc",
    "ext::sh -c touch% /tmp/owned",
    "http://user:password@127.0.0.1/inner.git",
    "git@example.com:inner.git",
    "/etc",
    "-u./x",
  ];
  await using s = await scene(urls);
  const { fetched, left_out } = await s.fetch();
  assert.deepEqual([fetched, s.seen], [[], []]);
  assert.equal(left_out.length, urls.length);
  assert.match(left_out[0].why, /not at the repository's own host/);
});

Deno.test("addresses are those of the base, not of what is proposed; what is gone is said", async () => {
  await using s = await scene(["../inner.git", "../gone.git"]);
  const { here } = s;
  await shell(
    here.folder,
    `set -e; git clone -q mine.git fork; cd fork; git checkout -qb evil
     sed -i 's,\\.\\./inner.git,../secret.git,' .gitmodules; git commit -qam evil
     git push -q origin HEAD:refs/pull/9/head`,
  );
  const request = here.request({ ref: "pull/9/head", task_id: "another-task-of-somebody" });
  const workspace = await openWorkspace({ ...request, dest: join(here.folder, "other") });
  const asked: string[] = [];
  const { fetched, left_out } = await fetchSubmodules(request, workspace, ({ href }) => {
    asked.push(href);
    return Promise.resolve({ url: href, token: TOKEN });
  });
  assert.deepEqual(fetched, ["libs/m0"]);
  assert.match(left_out[0].why, /no repository at .*gone\.git/);
  assert.ok(asked.every((href) => !href.includes("secret")), asked.join());
});

Deno.test("what a run changes in a submodule is not committed", async () => {
  await using s = await scene(["../inner.git"], true);
  await s.fetch();
  const { files } = s.workspace;
  await shell(files, "chmod -R u+w . && echo changed > libs/m0/in.txt && echo two > file.txt");
  const made = await commitWorkspace(s.workspace, {
    task_id: "01890000-0000-7000-8000-000000000001",
    message: "m",
    author: { name: "a", email: "a@example.com" },
    co_author: null,
    signing_key: null,
  });
  assert.deepEqual(made!.files.map(({ path }) => path), ["file.txt"]);
  const listed = await inWorktree(s.workspace, `ls-tree ${made!.commit} libs/`);
  assert.match(listed, /^160000 commit/);
});
