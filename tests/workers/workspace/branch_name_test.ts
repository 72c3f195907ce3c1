import assert from "node:assert/strict";
import { branchName, branchOf } from "@/workers/workspace/branch_name.ts";

Deno.test("a branch is named after what was asked for", () => {
  assert.equal(branchName("12", "Fix the checkout"), "agent/12-fix-the-checkout");
  assert.equal(branchName("OPS-12", "Überlauf bei Größe"), "agent/OPS-12-uberlauf-bei-gro-e");
  assert.equal(branchName("12", "Fix the checkout", 3), "agent/12-fix-the-checkout-3");
  assert.equal(branchName("12", "🚀🚀"), "agent/12");
  assert.equal(branchName("", "日本語"), "agent/change");
  assert.equal(branchName("", "", 2), "agent/change-2");
});

Deno.test("each attempt of a workflow has a name of its own, with the end of its id", () => {
  const workflow_id = "01900000-0000-7000-8000-00000089abcd";
  const asked = { number: "12", title: "Fix it" };
  const workflow = { workflow_id, plan: null, asked } as Parameters<typeof branchOf>[0];
  assert.equal(branchOf(workflow), "agent/12-fix-it-89abcd");
  assert.equal(branchOf(workflow, 2), "agent/12-fix-it-2-89abcd");
});

Deno.test("whatever it is given, git takes the name, and it leads nowhere else", async () => {
  const odd = ["../x", "-x", "HEAD", "x.lock", "a..b", "@{", "@", "a b~^:?*[\\", "\x00\n\x1b[0m"]
    .concat(["x".repeat(300), "🚀".repeat(300), "//", ".", "refs/heads/x", "a\u200db", "--force"]);
  for (const text of odd) {
    for (const name of [branchName(text, text), branchName("7", text, 12), branchName(text, "")]) {
      assert.match(name, /^agent\/[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/);
      assert.ok(name.length <= 100, name);
      const args = ["check-ref-format", "--branch", name];
      assert.ok((await new Deno.Command("git", { args }).output()).success, name);
    }
  }
  assert.match(branchName("7", "x".repeat(300), 12), /x-12$/, "the suffix is not cut off");
});
