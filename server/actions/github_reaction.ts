import type { Action } from "./mod.ts";
import { reply } from "./reply.ts";

/** 👀 or another reaction on what was written. */
export const githubReaction: Action = (input) =>
  reply(input, { kind: "reaction", body: input.command.reaction ?? "eyes" });
