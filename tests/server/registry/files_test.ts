import assert from "node:assert/strict";
import { join } from "node:path";
import { listAgents } from "@/server/registry/agents.ts";
import { findProblems } from "@/server/registry/files.ts";

const agent = (name: string, description: string) =>
  `---\nname: ${name}\ndescription: ${description}\n---\nDo it.\n`;

async function scene() {
  const dir = await Deno.makeTempDir({ prefix: "registry-" });
  return {
    dir,
    write: async (path: string, text: string) => {
      await Deno.mkdir(join(dir, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(dir, path), text);
    },
    names: async () => (await listAgents(dir)).map(({ name }) => name),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("agents come by name, those that the CLI would not find are none", async () => {
  await using s = await scene();
  assert.deepEqual(await s.names(), [], "there is no folder yet");
  await s.write("agents/planning.md", agent("planning", "Plans."));
  await s.write("agents/brain.md", agent("brain", "Thinks."));
  await s.write("agents/broken.md", "no fields");
  await s.write("agents/alias.md", agent("brain", "Thinks."));
  await s.write("agents/notes.txt", agent("notes", "None."));
  assert.deepEqual(await s.names(), ["brain", "planning"]);
});

Deno.test("a file is read once, and again when it has changed", async () => {
  await using s = await scene();
  await s.write("agents/brain.md", agent("brain", "Thinks."));
  const [first] = await listAgents(s.dir);
  assert.equal((await listAgents(s.dir))[0], first, "the same object: it was not read again");
  await s.write("agents/brain.md", agent("brain", "Thinks twice."));
  assert.equal((await listAgents(s.dir))[0].description, "Thinks twice.");
  await s.write("agents/new", agent("brain", "Was put in its place."));
  await Deno.rename(join(s.dir, "agents", "new"), join(s.dir, "agents", "brain.md"));
  assert.equal((await listAgents(s.dir))[0].description, "Was put in its place.");
  await Deno.remove(join(s.dir, "agents", "brain.md"));
  assert.deepEqual(await s.names(), []);
});

Deno.test("what is wrong with agents and skills is told by file and line", async () => {
  await using s = await scene();
  await s.write("agents/brain.md", agent("brain", "Thinks."));
  await s.write("agents/mute.md", "---\nname: mute\n---\n");
  await s.write("skills/hop/SKILL.md", agent("jump", "Jumps."));
  await s.write("skills/empty/notes", "");
  await s.write("skills/README.md", "A file beside the skills is none.");
  const problems = await findProblems(s.dir);
  assert.deepEqual(problems.map((problem) => problem.match(/^\S+:\d+: /)?.[0]), [
    "agents/mute.md:2: ",
    "skills/empty/SKILL.md:1: ",
    "skills/hop/SKILL.md:1: ",
  ]);
});
