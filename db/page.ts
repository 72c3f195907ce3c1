export interface PageRequest {
  limit: number;
  /** The key of the last row of the page before. */
  cursor?: string;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** A page of rows that were read with `limit + 1`, so that the extra one tells of a next page. */
export function page<Item>(rows: Item[], limit: number, key: (item: Item) => string): Page<Item> {
  const items = rows.slice(0, limit);
  return { items, next_cursor: rows.length > limit ? key(items[items.length - 1]) : null };
}
