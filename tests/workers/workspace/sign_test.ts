/** Commits that are signed with the agent's SSH key, which is nowhere afterwards. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { run, type Scene, scene } from "@/tests/workers/workspace/change_scene.ts";

async function makeKey(s: Scene, passphrase = ""): Promise<{ key: string; signers: string }> {
  const path = join(s.folder, `key-${passphrase}`);
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "agent", "-f", path]);
  const signers = join(s.folder, "signers");
  await Deno.writeTextFile(signers, `agent@example.org ${await Deno.readTextFile(`${path}.pub`)}`);
  return { key: await Deno.readTextFile(path), signers };
}

async function keyIsNowhere(s: Scene, key: string) {
  const line = key.split("\n")[2];
  const args = ["-rlF", "--exclude=key-*", line, s.folder];
  const { stdout } = await new Deno.Command("grep", { args }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
}

Deno.test("a key signs the commit, also one whose line ends were lost on the way", async (t) => {
  const given: [string, (key: string) => string][] = [
    ["as it is", (key) => key],
    ["in one line", (key) => key.trim().replaceAll("\n", "\\n")],
    ["from Windows", (key) => key.replaceAll("\n", "\r\n")],
  ];
  for (const [name, change] of given) {
    await t.step(name, async () => {
      await using s = await scene();
      const { key, signers } = await makeKey(s);
      await s.sh("echo three > two.txt");
      await Deno.mkdir(join(s.ws.git_dir, "signing"), { recursive: true });
      const made = (await s.commit({ signing_key: change(key) }))!;
      assert.equal(made.signed, true);
      const verified = [
        "-c",
        `gpg.ssh.allowedSignersFile=${signers}`,
        "verify-commit",
        made.commit,
      ];
      await s.git(...verified);
      assert.deepEqual(await s.commit({ signing_key: change(key) }), made, "found again, signed");
      await keyIsNowhere(s, key);
    });
  }
});

Deno.test("a key that cannot sign is an error that names the setting, and nothing is left", async () => {
  await using s = await scene();
  await s.sh("echo three > two.txt");
  const { key } = await makeKey(s, "a passphrase");
  for (const signing_key of [key, "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n"]) {
    await assert.rejects(s.commit({ signing_key }), /GIT_SIGNING_KEY has to be a private SSH key/);
  }
  await keyIsNowhere(s, key);
  assert.equal(await s.git("for-each-ref", "refs/agent/"), "");
});
