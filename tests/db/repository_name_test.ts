/** What counts as the name of a repository, whoever wrote it. */
import assert from "node:assert/strict";
import {
  readMapping,
  readRepository,
  repositoryMapping,
  repositoryText,
} from "@/db/nouns/repository_name.ts";

Deno.test("a repository is read as it is written, and written as it is read", () => {
  const read = readRepository(" github:octo/hello.world@feature/one ");
  assert.deepEqual(read, {
    ok: true,
    repository: { provider: "github", name: "octo/hello.world", branch: "feature/one" },
  });
  for (const text of ["github:octo/hello", "gitlab:group/sub/tools", "github:o/n@v1.2"]) {
    const again = readRepository(text);
    assert.ok(again.ok, text);
    assert.equal(repositoryText(again.repository), text);
  }
  const meant = readRepository("octo/hello", "github");
  assert.ok(meant.ok);
  assert.equal(repositoryText(meant.repository), "github:octo/hello");
});

const HOSTILE = [
  "",
  "octo",
  "octo/hello",
  "github:octo",
  "github:",
  "github:/hello",
  "github:octo/",
  "github:../../etc/passwd",
  "github:octo/..",
  "github:octo/hello.git",
  "github:-u/--upload-pack=x",
  "github:octo/he llo",
  "github:octo/hello;id",
  "github:octo/hello\nHost: x",
  "github:octo/🚀",
  "https://github.com/octo/hello",
  "https://evil.example/octo/hello",
  "file:///etc/passwd",
  "git@github.com:octo/hello",
  "GitHub:octo/hello",
  "__proto__:octo/hello?",
  `github:octo/${"x".repeat(101)}`,
  "x".repeat(100_000),
];
const HOSTILE_BRANCHES = [
  "-x",
  "--upload-pack=x",
  "../x",
  "a..b",
  "HEAD",
  "@",
  "a b",
  "a\tb",
  "a~1",
  "a^",
  "a:b",
  "a?",
  "a*",
  "a[b",
  "a\\b",
  "a@{1}",
  "/a",
  "a/",
  "a//b",
  ".a",
  "a/.b",
  "a.lock",
  "a.lock/b",
  "a.",
  "x".repeat(251),
];

Deno.test("nothing else is one, and each refusal says what is wrong", () => {
  const branches = HOSTILE_BRANCHES.map((branch) => `github:octo/hello@${branch}`);
  for (const text of [...HOSTILE, ...branches]) {
    const read = readRepository(text);
    assert.ok(!read.ok, text.slice(0, 60));
    assert.match(read.problem, /github:owner\/name|git does not allow/, text.slice(0, 60));
  }
});

Deno.test("a line of a mapping names a project and its repository, once each", () => {
  assert.deepEqual(readMapping("Team Shop = github:octo/shop@main"), {
    project: "Team Shop",
    repository: { provider: "github", name: "octo/shop", branch: "main" },
  });
  for (const line of ["", "SHOP", "= github:o/n", "SHOP =", "SHOP = octo/shop", "SHOP = a = b"]) {
    assert.ok("problem" in readMapping(line), line);
  }
  const problems = (lines: string[]) =>
    repositoryMapping().safeParse(lines).error?.issues.map(({ path, message }) =>
      `${path.join(".")} ${message}`
    ) ?? [];
  assert.deepEqual(problems(["A = github:o/a", "B = github:o/b"]), []);
  assert.deepEqual(problems(["A = github:o/a", "a = github:o/b"]), [' "a" is there twice']);
  assert.match(problems(["A = github:o/a", "nonsense"])[0], /^1 is written as/);
  assert.equal(problems(Array.from({ length: 201 }, (_, n) => `P${n} = github:o/n`)).length, 1);
});
