import { z } from "@hono/zod-openapi";
import { time } from "@/server/api/times.ts";

type Time = ReturnType<typeof time>;
type Described<Field> = Field extends z.ZodDate ? Time
  : Field extends z.ZodNullable<z.ZodDate> ? z.ZodNullable<Time>
  : Field;
type Shape<Noun> = { [Name in keyof Noun]: Described<Noun[Name]> };

/** The fields of a noun as the document describes them: times are text. */
export const described = <Noun extends z.ZodRawShape>(noun: Noun): Shape<Noun> =>
  Object.fromEntries(
    Object.entries(noun).map(([name, field]) => [name, describedField(field)]),
  ) as Shape<Noun>;

function describedField(field: z.core.$ZodType): z.core.$ZodType {
  if (field instanceof z.ZodDate) return time();
  if (field instanceof z.ZodNullable && field.unwrap() instanceof z.ZodDate) {
    return time().nullable();
  }
  return field;
}

type Row<Noun extends z.ZodRawShape> = z.infer<z.ZodObject<Noun>>;

/** The fields of a noun that a row has, with times as text; nothing else of the row. */
export const jsonOf = <Noun extends z.ZodRawShape>(
  noun: Noun,
  row: Row<Noun>,
): z.infer<z.ZodObject<Shape<Noun>>> =>
  Object.fromEntries(
    Object.keys(noun).map((name) => {
      const value = row[name as keyof Row<Noun>] as unknown;
      return [name, value instanceof Date ? value.toISOString() : value];
    }),
  ) as z.infer<z.ZodObject<Shape<Noun>>>;
