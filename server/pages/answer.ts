import type { VNode } from "preact";
import type { AppContext } from "@/server/env.ts";
import { withPlans } from "@/views/parts/plans_waiting.tsx";
import { html, page } from "@/views/render.ts";

/** A page is about this moment and this person: nobody keeps it. */
const HEADERS = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };

export const answerPage = (c: AppContext, document: VNode, status = 200): Response =>
  c.body(page(withCount(c, document)), status as 200, HEADERS);

export const answerPart = (c: AppContext, part: VNode): Response =>
  c.body(html(withCount(c, part)), 200, HEADERS);

const withCount = (c: AppContext, part: VNode): VNode =>
  withPlans(c.get("plans_waiting") ?? null, part);

/** One field of a form, as text; empty where it is missing or a file. */
export async function formField(c: AppContext, name: string): Promise<string> {
  const value = (await c.req.parseBody())[name];
  return typeof value === "string" ? value : "";
}

export const oneOf = <T extends string>(
  known: readonly T[],
  value: string | undefined,
): T | undefined => known.find((name) => name === value);
