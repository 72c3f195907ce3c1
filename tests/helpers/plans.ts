import type { Plan } from "@/db/nouns/plan.ts";

/** A plan as a planning step hands it over. */
export const PLAN: Plan = {
  title: "Mend the greeting",
  background: "It greets nobody.",
  done: "Read hello.ts.",
  root_cause: "An empty name.",
  affected_components: ["greeting"],
  risk_level: "low",
  files_affected: [{ path: "hello.ts", change: "Say the name" }],
  steps: ["Change it"],
  tests: ["Run it"],
  left_out: [],
};
