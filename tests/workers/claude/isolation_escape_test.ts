/** Each kind of isolation, attacked for real; `none` is the control that shows that attacks work. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { composeCapabilities } from "@/tests/helpers/container.ts";
import { attackNames } from "@/tests/workers/claude/isolation_attack.ts";
import type { Report } from "@/tests/workers/claude/isolation_scene.ts";

const OWN_TMP = ["leave a file in /tmp", "leave a file in /var/tmp", "leave a file in /dev/shm"];
/** What any process of any user may do where there are no namespaces. */
const OPEN_TO_ALL = ["connect to a socket in /run", "see the worker", "write into an open folder"];
/** Without a cage there is none to enter. */
const ON_THE_CAGE = ["enter the first process's namespaces"];
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const ROOT = Deno.uid() === 0;
const HERE = fileURLToPath(new URL("../../../", import.meta.url));

/** Runs the scene under a prefix of commands that become somebody; returns its report. */
async function scene(setting: string, become: string[] = [], home = HERE): Promise<Report> {
  // In /opt, which the CLI may see: so that what hides DATA_DIR is not that its surroundings are.
  const cage = await Deno.makeTempDir({ dir: ROOT ? "/opt" : "/var/tmp", prefix: "agent-scene-" });
  await Deno.chmod(cage, 0o777);
  const program = join(home, "tests/workers/claude/isolation_scene.ts");
  const deno = home === HERE ? Deno.execPath() : join(home, "deno");
  const config = ["--config", join(home, home === HERE ? "deno.json" : "scene.json")];
  const argv = [...become, deno, "run", "-A", "--cached-only", ...config, program, setting, cage];
  const env: Record<string, string> = home === HERE
    ? {}
    : { DENO_DIR: join(cage, "deno"), HOME: cage, TMPDIR: "/var/tmp" };
  const scene = new Deno.Command(argv[0], { args: argv.slice(1), env });
  const { stdout, stderr } = await scene.output().finally(() =>
    Deno.remove(cage, { recursive: true })
  );
  assert.ok(stdout.length > 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** A copy that anybody may read, as the clone and Deno may lie under a closed /root. */
async function copyForAnybody(): Promise<string> {
  const home = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "agent-copy-" });
  await Deno.writeTextFile(join(home, "scene.json"), '{"imports":{"@/":"./"}}');
  await Deno.copyFile(Deno.execPath(), join(home, "deno"));
  for (const folder of ["workers/claude", "db/process", "tests/workers/claude"]) {
    await Deno.mkdir(join(home, folder), { recursive: true });
    const { success } = await new Deno.Command("cp", {
      args: ["-r", `${join(HERE, folder)}/.`, join(home, folder)],
    }).output();
    assert.ok(success);
  }
  await new Deno.Command("chmod", { args: ["-R", "a+rX", home] }).output();
  return home;
}

function assertHeld(report: Report, left: string[] = OWN_TMP) {
  assert.equal(report.refused, null);
  assert.deepEqual(report.succeeded.toSorted(), ["read what all runs share", ...left].toSorted());
}

/** Whether the kernel lets somebody have namespaces at all, asked without our code. */
async function hostAllows(unshare: string[]): Promise<boolean> {
  const [command, ...args] = [...unshare, "--mount", "--pid", "--fork", "--mount-proc", "true"];
  return (await new Deno.Command(command, { args, stderr: "null" }).output()).success;
}

function loudly(message: string) {
  Deno.stderr.writeSync(new TextEncoder().encode(`\n!!! ${message}\n`));
}

Deno.test("control: without isolation every attack succeeds", async () => {
  const report = await scene("none");
  const free = attackNames.filter((name) => !ON_THE_CAGE.includes(name));
  assert.deepEqual(report.succeeded, ROOT ? free : free.filter((name) => !/\/run/.test(name)));
  assert.equal(report.planted_outside.length, 7);
});

Deno.test("uid: under a slot's own user, nothing is read, seen, or left outside", async () => {
  const report = await scene("uid");
  if (!ROOT) {
    loudly(
      "Kind uid could not be tried: these tests run without root. Seen instead: it is refused",
    );
    return assert.match(report.refused ?? "", /AGENT_ISOLATION=uid .* needs a start as root/);
  }
  if (!await hostAllows(["unshare"])) {
    loudly(`Kind uid was tried without namespaces only: ${report.isolation?.reason}`);
    return assertHeld(report, [...OPEN_TO_ALL, ...OWN_TMP]);
  }
  assertHeld(report);
  assert.deepEqual(report.planted_outside, []);
});

Deno.test("uid with the capabilities of compose (plain Docker): secrets are safe, and the reason says what is not", async () => {
  if (!ROOT) return loudly("Kind uid with few capabilities could not be tried: it needs root");
  const home = await copyForAnybody();
  const kept = ["-all", ...(await composeCapabilities()).map((name) => `+${name}`)].join(",");
  const become = ["setpriv", `--bounding-set=${kept}`, "--inh-caps=-all", "--no-new-privs"];
  const report = await scene("uid", become, home);
  await Deno.remove(home, { recursive: true });
  assertHeld(report, [...OPEN_TO_ALL, ...OWN_TMP]);
  assert.equal(report.isolation?.pid_namespace, false);
  assert.match(report.isolation?.reason ?? "", /without namespaces: .*Operation not permitted/);
});

Deno.test("namespace: an ordinary user's CLI reads, sees and leaves nothing outside", async (t) => {
  const home = await copyForAnybody();
  const become = ROOT ? NOBODY : [];
  try {
    await t.step("control", async () => {
      const report = await scene("none", become, home);
      const free = attackNames.filter((name) => ![...ON_THE_CAGE, OPEN_TO_ALL[0]].includes(name));
      assert.deepEqual(report.succeeded, free);
    });
    await t.step("attacked", async () => {
      const report = await scene("namespace", become, home);
      if (!await hostAllows([...become, "unshare", "--user", "--map-root-user"])) {
        loudly(`Kind namespace could not be tried on this host: ${report.refused}`);
        return assert.match(report.refused ?? "", /AGENT_ISOLATION=namespace does not work here/);
      }
      assertHeld(report);
      assert.deepEqual(report.planted_outside, []);
      assert.equal((await scene("auto", become, home)).isolation?.kind, "namespace");
    });
    await t.step("root's kind is refused by name", async () => {
      const { refused } = await scene("uid", become, home);
      assert.match(
        refused ?? "",
        /AGENT_ISOLATION=uid does not work here: it needs a start as root/,
      );
    });
    await t.step("neither: auto says so, the named kind is refused", async () => {
      if (!ROOT) return loudly("A host without user namespaces could not be made: it needs root");
      const chrooted = 'mount --rbind / /srv && exec chroot /srv "$@"'; // no user namespaces in there
      const neither = ["unshare", "--mount", "--", "sh", "-c", chrooted, "sh", ...NOBODY];
      const { isolation } = await scene("auto", neither, home);
      assert.equal(isolation?.kind, "none");
      assert.match(isolation?.reason ?? "", /namespace: unshare: .*Operation not permitted/);
      const { refused } = await scene("namespace", neither, home);
      assert.match(refused ?? "", /AGENT_ISOLATION=namespace does not work here/);
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
