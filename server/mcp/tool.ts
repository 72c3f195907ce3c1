import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import type { z } from "@hono/zod-openapi";
import type { Principal, Role } from "@/db/sessions.ts";
import type { AppDeps } from "@/server/env.ts";
import { toProblem } from "@/server/errors.ts";

type Fields = z.ZodObject;

/** One thing that a client may call. `run` throws as the verbs do. */
export interface Tool<Input extends Fields = Fields> {
  name: string;
  title: string;
  description: string;
  role: Role;
  /** Whether it only reads, for clients that ask their user before anything else. */
  is_reading: boolean;
  input: Input;
  run(deps: AppDeps, actor: Principal, input: z.output<Input>): Promise<Record<string, unknown>>;
}

/** Keeps the type of its input while the tool is written. */
export const tool = <Input extends Fields>(made: Tool<Input>): Tool => made as unknown as Tool;

export function register(
  server: McpServer,
  { name, title, description, is_reading, input, run }: Tool,
  deps: AppDeps,
  actor: Principal,
): void {
  const config = {
    title,
    description,
    inputSchema: input,
    annotations: { readOnlyHint: is_reading },
  };
  server.registerTool(name, config, (given) => answered(deps, () => run(deps, actor, given)));
}

/** A refusal is for the caller to read, as the API's problem documents are. */
async function answered(
  { db }: AppDeps,
  run: () => Promise<Record<string, unknown>>,
): Promise<CallToolResult> {
  try {
    const value = await run();
    return {
      content: [{ type: "text", text: JSON.stringify(value) }],
      structuredContent: value,
    };
  } catch (error) {
    return { content: [{ type: "text", text: toProblem(error, db).detail }], isError: true };
  }
}
