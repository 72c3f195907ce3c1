import { z } from "@hono/zod-openapi";
import { isId } from "@/db/ids.ts";
import type { PageRequest } from "@/db/page.ts";

export const list = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

const MOST = 500;

/** `limit` and `cursor` of a list. `isCursor` tells whether a cursor is one of that list's. */
export const paging = (isCursor: (cursor: string) => boolean) =>
  z.object({
    limit: z.coerce.number().int().min(1).default(50).transform((n) => Math.min(n, MOST)).openapi({
      type: "integer",
      description: `Rows at most; more than ${MOST} is taken as ${MOST}.`,
    }),
    cursor: z.string().refine(isCursor, "is not a `next_cursor` of this list").optional()
      .openapi({ description: "The `next_cursor` of the page before." }),
  });

export const idPaging = paging(isId);

/** The page that was asked for, as db/ takes it. */
export const pageRequest = ({ limit, cursor }: PageRequest): PageRequest => ({ limit, cursor });
