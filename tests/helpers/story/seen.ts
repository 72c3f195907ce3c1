import type { Counted, Coverage, Refusal } from "@/db/nouns/coverage.ts";

const named = (...names: string[]): Counted => ({ count: names.length, names });

/** As of a run that looked at a repository. */
export const SEEN: Coverage = {
  files_read: { count: 62, names: ["src/server.ts", "src/config.ts", "tests/server_test.ts"] },
  files_read_in_part: named("src/config.ts"),
  files_written: named(),
  searches: named("PORT", "listen\\("),
  searches_cut: 1,
  commands: named("git log --oneline -20"),
  commands_cut: 0,
  web_pages: named(),
  web_searches: named(),
  sub_agents: named("planning"),
  cut_off: ["older messages of the conversation"],
  skipped: [],
};

export const REFUSED: Refusal[] = [
  { tool: "Bash", what: "npm test", count: 2, by_sub_agent: false, made_good: false },
  {
    tool: "WebFetch",
    what: "https://nodejs.org/api/net.html",
    count: 1,
    by_sub_agent: true,
    made_good: false,
  },
  { tool: "Read", what: "/etc/services", count: 1, by_sub_agent: false, made_good: true },
];
