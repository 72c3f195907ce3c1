import assert from "node:assert/strict";
import { parseAgent, parseSkill } from "@/server/registry/assets.ts";

const agent = (...fields: string[]) => ["---", ...fields, "---", "Do it."].join("\n");

function problemsOf(text: string) {
  const parsed = parseAgent("brain", text);
  assert.ok(!parsed.ok);
  return parsed.problems;
}

Deno.test("an agent is its name, what it is for, and the model that it wants", () => {
  const text = agent("name: brain", "description: Thinks.", "model: opus", "color: red");
  const data = { name: "brain", description: "Thinks.", model: "opus" };
  assert.deepEqual(parseAgent("brain", text), { ok: true, data });
  assert.deepEqual(parseAgent("brain", text.replaceAll("\n", "\r\n")), { ok: true, data });
  const modest = parseAgent("brain", agent("name: brain", "description: Thinks.", "model:"));
  assert.ok(modest.ok && modest.data.model === null);
});

Deno.test("what is wrong is said with its line", () => {
  assert.deepEqual(problemsOf("name: brain"), [
    { line: 1, message: "the file does not begin with fields between two ---" },
  ]);
  const [typo] = problemsOf(agent("name: brain", "description: [never closed"));
  assert.equal(typo.line, 3);
  const [missing, wrong] = problemsOf(agent("name: brain", "tools: Read", "model: 3"));
  assert.deepEqual([missing.line, wrong.line], [2, 4]);
  assert.match(missing.message, /^description: /);
  assert.match(wrong.message, /^model: /);
  const [other] = problemsOf(agent("name: other", "description: Thinks."));
  assert.match(other.message, /its name is "other", and the file's is "brain"/);
});

Deno.test("a bomb of aliases is refused, and so is a name that leads elsewhere", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    .concat(
      "bcdefg".split("").map((key, i) => {
        const before = "abcdef"[i];
        return `${key}: &${key} [${Array(10).fill(`*${before}`).join(", ")}]`;
      }),
    );
  assert.equal(problemsOf(agent("name: brain", "description: x", ...bomb)).length, 1);
  assert.equal(parseAgent("../x", agent("name: ../x", "description: x")).ok, false);
});

Deno.test("a skill is told by its folder's name", () => {
  const text = agent("name: hop", "description: Hops.", "webhook_config: {}");
  const data = { name: "hop", description: "Hops." };
  assert.deepEqual(parseSkill("hop", text), { ok: true, data });
  assert.equal(parseSkill("jump", text).ok, false);
});
