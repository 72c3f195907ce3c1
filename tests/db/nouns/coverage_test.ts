import assert from "node:assert/strict";
import {
  type Coverage,
  coverageText,
  endedWithRefusals,
  type Refusal,
  refusalsThatMatter,
} from "@/db/nouns/coverage.ts";
import { SEEN } from "@/tests/helpers/story/seen.ts";

const NONE = { count: 0, names: [] };
const NOTHING: Coverage = {
  files_read: NONE,
  files_read_in_part: NONE,
  files_written: NONE,
  searches: NONE,
  searches_cut: 0,
  commands: NONE,
  commands_cut: 0,
  web_pages: NONE,
  web_searches: NONE,
  sub_agents: NONE,
  cut_off: [],
  skipped: [],
};

const refusal = (tool: string, changes: Partial<Refusal> = {}): Refusal => ({
  tool,
  what: "it",
  count: 1,
  by_sub_agent: false,
  made_good: false,
  ...changes,
});

Deno.test("what a run saw is one line, and nothing where it saw nothing", () => {
  assert.equal(coverageText(null, null), "");
  assert.equal(coverageText(NOTHING, []), "");
  assert.equal(
    coverageText(SEEN, []),
    "Read 62 files (1 of them in part), made 2 searches (1 of them cut short), " +
      "ran 1 command, started 1 sub-agent. Cut off: older messages of the conversation.",
  );
  const one = { count: 1, names: [] };
  const rest = {
    ...NOTHING,
    web_searches: one,
    web_pages: { count: 2, names: [] },
    skipped: ["x"],
  };
  assert.equal(
    coverageText({ ...rest, files_written: one }, []),
    "Searched the web 1 time, opened 2 web pages, changed 1 file. Skipped: x.",
  );
});

Deno.test("tools are named by how often they were refused, and a sub-agent's apart", () => {
  const refusals = [
    refusal("WebFetch"),
    refusal("Bash", { count: 2 }),
    refusal("Bash", { what: "else" }),
    refusal("Bash", { by_sub_agent: true }),
  ];
  assert.equal(
    coverageText(NOTHING, refusals),
    "Not allowed: Bash ×3, WebFetch, Bash (sub-agent).",
  );
  assert.equal(coverageText(null, refusals.slice(0, 1)), "Not allowed: WebFetch.");
});

Deno.test("a tool's name that the model made up is no markup and calls nobody", () => {
  for (const name of ["<b>", "@octocat", "[x](https://evil.test)", "a b", "x".repeat(61), ""]) {
    assert.equal(
      coverageText(NOTHING, [refusal(name)]),
      "Not allowed: a tool without a proper name.",
    );
  }
  assert.equal(coverageText(NOTHING, [refusal("mcp__ours__ask")]), "Not allowed: mcp__ours__ask.");
});

Deno.test("a refusal matters unless it was made good, or arranged only the run's own work", () => {
  const matter = (...refusals: Refusal[]) => refusalsThatMatter(refusals).map(({ tool }) => tool);
  assert.deepEqual(matter(refusal("Bash"), refusal("Read", { made_good: true })), ["Bash"]);
  assert.deepEqual(matter(refusal("TodoWrite"), refusal("ToolSearch")), []);
  assert.deepEqual(matter(refusal("never_heard_of")), ["never_heard_of"]);
  const ended = (status: "completed" | "failed", refusals: Refusal[] | null) =>
    endedWithRefusals({ status, refusals });
  assert.equal(ended("completed", [refusal("Bash")]), true);
  assert.equal(ended("completed", [refusal("TodoWrite")]), false);
  assert.equal(ended("completed", null), false);
  assert.equal(ended("failed", [refusal("Bash")]), false);
});
