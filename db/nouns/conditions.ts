import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const operators = z.strictObject({
  equals: scalar.optional(),
  in: z.array(scalar).optional(),
  contains: scalar.optional(),
  exists: z.boolean().optional(),
  get not() {
    return condition.optional();
  },
});
const condition: z.ZodType<Condition> = z.lazy(() => z.union([scalar, z.array(scalar), operators]));

export type Scalar = z.infer<typeof scalar>;
/** A bare value is `equals`, a bare list is `in`. */
export type Condition = Scalar | Scalar[] | Operators;
export interface Operators {
  equals?: Scalar;
  in?: Scalar[];
  contains?: Scalar;
  exists?: boolean;
  not?: Condition;
}

/** `{"label.name": "bug"}`, `{"issue.labels.name": {"in": ["bug", "crash"]}}`; all must hold. */
export const conditions = z.record(z.string(), condition);
export type Conditions = z.infer<typeof conditions>;

/** As they are sent: `conditionProblems` looks at each, and says where it is wrong. */
export const sentConditions = z.record(z.string(), z.unknown() as z.ZodType<Condition>);
