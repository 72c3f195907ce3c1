import type { z } from "zod";
import { type FieldError, HttpProblem } from "@/server/errors.ts";

/** 422 that names every field that is wrong. */
export function wrong(errors: FieldError[]): HttpProblem {
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new HttpProblem(422, detail, { errors });
}

/** The input as its schema has it. Throws 422, with the name of each field that is not known. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw wrong(result.error.issues.flatMap(errorsOf));
}

function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join("."),
      message: "there is no such field",
    }));
  }
  return [{ path: issue.path.join(".") || "body", message: issue.message }];
}
