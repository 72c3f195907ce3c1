import type { Action } from "./action.ts";
import { reply } from "./reply.ts";

export const githubLabel: Action = (input) =>
  reply(input, { kind: "label", body: JSON.stringify(input.command.labels) });
