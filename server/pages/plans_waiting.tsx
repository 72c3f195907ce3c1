import { createMiddleware } from "hono/factory";
import { plansWaiting } from "@/db/waiting.ts";
import type { AppContext, AppDeps, AppEnv } from "@/server/env.ts";
import { answerPart } from "@/server/pages/answer.ts";
import { PlansCount } from "@/views/parts/plans_waiting.tsx";

/** Before a page: how many plans wait stands in its navigation. */
export const countPlans = ({ db }: AppDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    c.set("plans_waiting", await plansWaiting(db));
    await next();
  });

export const showCount = (c: AppContext): Response => answerPart(c, <PlansCount />);
