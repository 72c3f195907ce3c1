import { z } from "@hono/zod-openapi";

export const time = () => z.iso.datetime();

export const asTime = (date: Date): string => date.toISOString();
export const asTimeOrNull = (date: Date | null): string | null => date && asTime(date);
