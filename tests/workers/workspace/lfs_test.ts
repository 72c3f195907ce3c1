import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { commitWorkspace } from "@/workers/workspace/commit.ts";
import { fetchLfs } from "@/workers/workspace/lfs.ts";
import { openWorkspace } from "@/workers/workspace.ts";
import { gitBackend } from "@/server/demo/git_backend.ts";
import { repositoryScene, shell } from "@/tests/workers/workspace/scene.ts";

const has_lfs = (await new Deno.Command("git", { args: ["lfs", "version"] }).output()).success;
const BIG = "big ".repeat(1000);
const OID = createHash("sha256").update(BIG).digest("hex");
const pointer = (oid: string, size: number) =>
  `version https://git-lfs.github.com/spec/v1\\noid sha256:${oid}\\nsize ${size}\\n`;

/** A repository with two pointers, of which the host has one file, and what it was asked for. */
async function scene() {
  const here = await repositoryScene();
  await here.push(
    `echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes
     printf '[lfs]\\n\\turl = http://127.0.0.1:1/evil\\n' > .lfsconfig
     printf '${pointer(OID, BIG.length)}' > big.bin
     printf '${pointer("0".repeat(64), 7)}' > gone.bin
     git add -A && git commit -qm pointers`,
  );
  const asked: string[] = [];
  const at = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const { pathname, origin } = new URL(request.url);
    asked.push(`${pathname} ${request.headers.get("authorization") !== null}`);
    if (pathname.startsWith("/objects/")) return new Response(BIG);
    if (!pathname.endsWith("/info/lfs/objects/batch")) {
      return await gitBackend(here.folder, request);
    }
    const { objects } = await request.json();
    return Response.json({
      objects: objects.map(({ oid, size }: { oid: string; size: number }) =>
        oid === OID
          ? { oid, size, actions: { download: { href: `${origin}/objects/${oid}` } } }
          : { oid, size, error: { code: 404, message: "gone" } }
      ),
    }, { headers: { "content-type": "application/vnd.git-lfs+json" } });
  });
  const url = `http://127.0.0.1:${server.addr.port}/mine.git`;
  return {
    here,
    asked,
    url,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await here[Symbol.asyncDispose]();
    },
  };
}

Deno.test({
  name: "files of Git LFS take the place of their pointers, and go back as them",
  ignore: !has_lfs,
  async fn() {
    await using s = await scene();
    const request = s.here.request({ url: s.url, writable: true });
    const workspace = await openWorkspace(request);
    const { fetched, left_out } = await fetchLfs(request, workspace);
    assert.deepEqual(fetched.map(({ path }) => path), ["big.bin"]);
    assert.match(left_out!, /did not hand them over|does not have all/);
    assert.ok(s.asked.some((line) => line === "/mine.git/info/lfs/objects/batch true"));
    const { files } = workspace;
    assert.equal(await Deno.readTextFile(join(files, "big.bin")), BIG);
    await shell(files, "echo two > file.txt");
    const commit = (more: Record<string, unknown>) =>
      commitWorkspace({ ...workspace, ...more }, {
        task_id: "01890000-0000-7000-8000-000000000001",
        message: "m",
        author: { name: "a", email: "a@example.com" },
        co_author: null,
        signing_key: null,
      });
    const made = await commit({ lfs: fetched });
    assert.deepEqual(made!.files.map(({ path }) => path), ["file.txt"]);
    await shell(files, "echo changed > big.bin");
    const changed = await commit({ lfs: fetched });
    assert.deepEqual(changed!.files.map(({ path }) => path), ["big.bin", "file.txt"]);
  },
});

Deno.test("where git-lfs is not installed, the pointers stay and that is said", async () => {
  await using s = await scene();
  const request = s.here.request({ url: s.url });
  const workspace = await openWorkspace(request);
  const path = Deno.env.get("PATH")!;
  const bin = await Deno.makeTempDir();
  for (const name of ["git", "sh", "find", "chmod"]) {
    await shell(bin, `ln -s "$(command -v ${name})" ${name}`);
  }
  Deno.env.set("PATH", bin);
  try {
    const { fetched, left_out } = await fetchLfs(request, workspace);
    assert.deepEqual([fetched, left_out], [[], "git-lfs is not installed on this machine"]);
  } finally {
    Deno.env.set("PATH", path);
    await Deno.remove(bin, { recursive: true });
  }
  assert.match(await Deno.readTextFile(join(workspace.files, "big.bin")), /^version https/);
});
