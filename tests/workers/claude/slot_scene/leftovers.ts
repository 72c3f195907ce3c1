import { join } from "node:path";
import { Assets } from "@/workers/claude/assets.ts";
import { AGENTS_DIR } from "@/tests/helpers/claude.ts";
import { fileAppears } from "@/tests/helpers/processes.ts";
import { DATA, RUNS, type Scenes } from "@/tests/workers/claude/slot_scene/scene.ts";
import { LITTER, LOOK_AROUND } from "@/tests/workers/claude/slot_scene/plays.ts";

/** What a run meets of the one before, or of the one beside it. */
export const leftovers: Scenes = {
  async one_after_the_other(scene) {
    await scene.run(0, "first", LITTER, { look: false });
    scene.expectOurs(scene.folders("first"));
    await scene.run(0, "second", LOOK_AROUND);
    scene.expectGone(`${RUNS}/second/work/planted`);
  },

  /** A run that goes on, in another slot, finds all that it had, and can write it. */
  async going_on(scene) {
    await scene.run(0, "first", "echo mine > notes; mkdir -m 700 own; echo more > own/file");
    await scene.run(1, "first", "cat notes own/file; echo again > own/file; id -u", {
      resume: true,
    });
    scene.expectOurs(scene.folders("first"));
  },

  /** A path to the CLI is the second argument of the program. */
  async real_cli(scene) {
    const cli_bin = Deno.args[1];
    await scene.runReal(0, "first", `${LITTER}\nid -u`, { cli_bin });
    scene.expectOurs(scene.folders("first"));
    await scene.runReal(
      0,
      "second",
      `${LOOK_AROUND}
cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o '[W]orking directory'; id -u`,
      { cli_bin },
    );
    scene.expectGone(`${RUNS}/second/work/planted`);
  },

  /** What all runs read is changed by us alone, and the next run sees that. */
  async shared_assets(scene) {
    const claude_dir = "/srv/claude_dir";
    for (const folder of ["agents", "skills/hop"]) {
      await Deno.mkdir(`${claude_dir}/${folder}`, { recursive: true, mode: 0o700 });
    }
    await Deno.copyFile(join(AGENTS_DIR, "agents", "brain.md"), `${claude_dir}/agents/brain.md`);
    await Deno.writeTextFile(`${claude_dir}/skills/hop/SKILL.md`, "hop hop\n", { mode: 0o600 });
    const assets = new Assets(claude_dir, `${DATA}/assets`);
    const settings = { cli_bin: Deno.args[1], assets };
    const look = "cd $CLAUDE_CONFIG_DIR; head -1 skills/hop/SKILL.md; ls agents skills";
    const change =
      "cd $CLAUDE_CONFIG_DIR; echo bad >> skills/hop/SKILL.md; rm -f agents/brain.md; " +
      "echo bad > agents/bad.md; chmod u+w agents agents/*; ";
    await scene.runReal(0, "first", `${change}\n${look}`, settings);
    await Deno.writeTextFile(`${claude_dir}/agents/late.md`, "---\nname: late\n---\n");
    await scene.runReal(0, "second", look, settings);
  },

  async at_once(scene) {
    await Deno.mkdir(scene.folders("first").work, { recursive: true });
    const slow =
      "echo secret-of-first > notes; echo x > /tmp/mine; until [ -e go ]; do sleep 0.05; done";
    const first = scene.run(0, "first", slow);
    await fileAppears(`${RUNS}/first/work/notes`);
    await scene.run(
      1,
      "second",
      `
cat ${RUNS}/first/work/notes ${RUNS}/first/home/.appended-prompt; ls ${RUNS} ${RUNS}/first/work
cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep AGENT_RUN_ID | sort -u | wc -l | grep -v '^1$'
cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o '[W]orking directory'
echo planted > ${RUNS}/first/work/planted; rm /tmp/mine; kill -9 -- -1
`,
    );
    await Deno.writeTextFile(`${RUNS}/first/work/go`, "");
    await first;
    scene.expectGone(`${RUNS}/first/work/planted`);
  },
};
