import type { AppContext } from "@/server/env.ts";
import { type FieldError, HttpProblem } from "@/server/errors.ts";

/** The text fields of a posted form; those that are missing, twice there or files are empty. */
export async function formFields<const Name extends string>(
  c: AppContext,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const body = await c.req.parseBody().catch(() => {
    throw new HttpProblem(400, "This form cannot be read.");
  });
  // browsers send line breaks as CRLF, whatever was typed
  const text = (value: unknown) => typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
  return Object.fromEntries(names.map((name) => [name, text(body[name])])) as Record<Name, string>;
}

/** What is to be said on the form of a change that was refused. Throws what is no refusal. */
export function refusal(error: unknown): { status: number; problems: FieldError[] } {
  if (!(error instanceof HttpProblem) || (error.status !== 422 && error.status !== 409)) {
    throw error;
  }
  const problems = error.more.errors ?? [{ path: "", message: error.detail }];
  return { status: error.status, problems };
}

export const wantsPart = (c: AppContext): boolean => c.req.header("hx-request") !== undefined;
