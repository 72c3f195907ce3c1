import type { OutputRow } from "@/db/nouns/output.ts";
import type { Usage } from "@/db/nouns/usage.ts";

export type CliEvent =
  | {
    type: "init";
    cli_session_id: string;
    model: string;
    version: string;
    agents: string[];
    tools: string[];
  }
  | { type: "output"; row: OutputRow }
  | { type: "taken_up"; uuid: string }
  | { type: "metrics"; usage: Usage };

export type Signal = "turn_start" | "message_end" | "control_response" | "result";

export interface ReadLine {
  events: CliEvent[];
  signal: Signal | null;
}
