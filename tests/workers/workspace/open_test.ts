import assert from "node:assert/strict";
import { join } from "node:path";
import { makeRepository } from "@/tests/workers/git_server.ts";
import { names, refused, repositoryScene, TOKEN } from "@/tests/workers/workspace/scene.ts";
import type { WorkspaceRequest } from "@/workers/workspace.ts";

/** What a stranger could put into a repository: settings, a symlink, filters, a submodule, odd names. */
const HOSTILE = `
  mkdir -p .claude "sub dir" && echo '{"hooks":{}}' > .claude/settings.json
  echo one > file.txt && echo two > "sub dir/zwei ü.txt" && echo '#!/bin/sh' > run.sh && chmod +x run.sh
  ln -s /etc/passwd passwd && ln -s ../../.. up
  echo '*.bin filter=lfs' > .gitattributes && echo 'version https://git-lfs' > big.bin
  printf '[submodule "s"]\\n\\tpath = s\\n\\turl = file:///etc\\n' > .gitmodules
  git add -A && git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,s
  git commit -q -m first && git tag v1
  git checkout -q -b change && echo three > file.txt && git commit -q -a -m change
  git update-ref refs/pull/7/head HEAD && git checkout -q trunk && git branch -q -D change
`;

async function everyByte(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `find "$1" -type f -exec cat {} +`, "sh", folder],
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("the default branch comes as one read-only commit, and the token stays nowhere", async () => {
  await using here = await repositoryScene(HOSTILE);
  const { ref, commit } = await here.open();
  assert.equal(ref, "trunk");
  assert.match(commit, /^[0-9a-f]{40}$/);
  assert.equal(await Deno.readTextFile(join(here.dest, "file.txt")), "one\n");
  assert.equal(await Deno.readTextFile(join(here.dest, "sub dir", "zwei ü.txt")), "two\n");
  assert.ok(
    here.server.seen.every((header) => header === `Basic ${btoa(`x-access-token:${TOKEN}`)}`),
  );
  const bytes = await everyByte(here.data_dir) + await everyByte(here.dest);
  assert.ok(!bytes.includes(TOKEN) && !bytes.includes(btoa(`x-access-token:${TOKEN}`)));
  assert.ok(bytes.includes(`url = ${here.server.url}/mine.git`));
  assert.ok(!bytes.includes("refs/tags"));
});

Deno.test("a pull request's head is checked out", async () => {
  await using here = await repositoryScene(HOSTILE);
  const { ref } = await here.open({ ref: "pull/7/head" });
  assert.equal(ref, "pull/7/head");
  assert.equal(await Deno.readTextFile(join(here.dest, "file.txt")), "three\n");
});

Deno.test("nothing in a checkout leads outside, runs, or can be written", async () => {
  await using here = await repositoryScene(HOSTILE);
  await here.open();
  const link = await Deno.lstat(join(here.dest, "passwd"));
  assert.ok(link.isFile, "a symlink arrives as a file");
  assert.equal(await Deno.readTextFile(join(here.dest, "passwd")), "/etc/passwd");
  await assert.rejects(Deno.lstat(join(here.dest, ".git")), Deno.errors.NotFound);
  await assert.rejects(Deno.lstat(join(here.dest, "s", ".git")), Deno.errors.NotFound);
  const { stdout } = await new Deno.Command("find", {
    args: [
      here.dest,
      "(",
      "-perm",
      "/0222",
      "-o",
      "!",
      "-perm",
      "-0444",
      ")",
      "-not",
      "-type",
      "l",
    ],
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.equal((await Deno.stat(join(here.dest, "run.sh"))).mode! & 0o777, 0o555);
});

Deno.test("a public repository needs no token, and a second fetch replaces the first", async () => {
  await using here = await repositoryScene(HOSTILE, null);
  await here.open({ ref: "pull/7/head" });
  await here.open();
  assert.equal(await Deno.readTextFile(join(here.dest, "file.txt")), "one\n");
  assert.ok(here.server.seen.every((header) => header === null));
});

Deno.test("a symlink in the place of the folder is replaced, not followed", async () => {
  await using here = await repositoryScene(HOSTILE);
  const precious = join(here.folder, "precious");
  await Deno.mkdir(precious);
  await Deno.writeTextFile(join(precious, "file"), "x");
  await Deno.symlink(precious, here.dest);
  await here.open();
  assert.ok((await Deno.lstat(here.dest)).isDirectory);
  assert.equal(await Deno.readTextFile(join(precious, "file")), "x");
});

Deno.test("what goes wrong is said in words, without the token, and leaves nothing", async (t) => {
  await using here = await repositoryScene(HOSTILE);
  const { request, server } = here;
  const cases: [string, Partial<WorkspaceRequest>, RegExp][] = [
    ["wrong token", { token: `${TOKEN}x` }, /refused access .* the token is missing, wrong/],
    ["no token", { token: null }, /refused access/],
    [
      "missing repository",
      { url: `${server.url}/other.git` },
      /There is no repository at .*other.git/,
    ],
    [
      "missing pull request",
      { ref: "pull/8/head" },
      /does not have what was asked for/,
    ],
    ["moved", { url: `${server.url}/moved/x.git` }, /has moved/],
    ["broken server", { url: `${server.url}/broken/x.git` }, /a problem of its own/],
    ["nobody listens", { url: "http://127.0.0.1:1/x.git" }, /cannot be reached/],
    ["too large for its limit", { max_bytes: 20 }, /too large/],
    ["plain http elsewhere", { url: "http://example.com/x.git" }, /fetched by https, not by http/],
    ["ssh", { url: "ssh://example.com/x.git" }, /fetched by https, not by ssh/],
    ["a helper of git", { url: "ext::sh -c id" }, /fetched by https|not a URL/],
    ["a local folder", { url: `file://${here.folder}/mine.git` }, /not by file/],
    [
      "credentials in the address",
      { url: `http://me:${TOKEN}@127.0.0.1/x.git` },
      /give the token apart/,
    ],
    ["no address", { url: "--upload-pack=id" }, /not a URL/],
  ];
  for (const [name, changes, expected] of cases) {
    await t.step(name, () => refused(request(changes), expected));
  }
});

Deno.test("a pack that grows too large is stopped while it comes", async () => {
  await using here = await repositoryScene(HOSTILE);
  const script = "head -c 3000000 /dev/urandom > noise && git add -A && git commit -q -m noise";
  await makeRepository(here.folder, "large", script);
  const url = `${here.server.url}/large.git`;
  await refused(here.request({ url, max_bytes: 1_000_000 }), /The repository .* is too large/);
  await here.open({ url });
});

Deno.test("a server that hangs is given up, and git is gone", async () => {
  await using here = await repositoryScene(HOSTILE);
  const url = `${here.server.url}/hang/x.git`;
  await refused(here.request({ url, timeout_seconds: 1 }), /took longer than 1 seconds/);
  assert.deepEqual(gitProcesses(url), []);
});

Deno.test("a stop ends the fetch at once", async () => {
  await using here = await repositoryScene(HOSTILE);
  const url = `${here.server.url}/hang/x.git`;
  const stop = new AbortController();
  const fetching = refused(here.request({ url, signal: stop.signal }), /was stopped/);
  setTimeout(() => stop.abort(), 100);
  await fetching;
  assert.deepEqual(gitProcesses(url), []);
  await refused(here.request({ signal: stop.signal }), /was stopped/);
});

function gitProcesses(url: string): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(url);
    } catch {
      return false;
    }
  });
}

Deno.test("a file address works where a test allows it", async () => {
  await using here = await repositoryScene(HOSTILE);
  const url = `file://${here.folder}/mine.git`;
  assert.equal((await here.open({ url, allow_file: true })).ref, "trunk");
});

Deno.test("a machine without git is told to install it", async () => {
  await using here = await repositoryScene(HOSTILE);
  const bin = join(here.folder, "bin");
  const path = Deno.env.get("PATH") ?? "";
  await Deno.mkdir(bin);
  for (const command of ["sh", "chmod"]) await Deno.symlink(`/bin/${command}`, join(bin, command));
  Deno.env.set("PATH", bin);
  try {
    await refused(here.request(), /git is not installed on this machine/);
  } finally {
    Deno.env.set("PATH", path);
  }
});
