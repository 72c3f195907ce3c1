import { createMiddleware } from "hono/factory";
import { type Role, ROLES } from "@/db/sessions.ts";
import type { AppEnv } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";

/** True when the role may do what `needed` may. */
export const mayAct = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Throws 403 for a smaller role. */
export function checkRole({ role }: { role: Role }, needed: Role): void {
  if (mayAct(role, needed)) return;
  throw new HttpProblem(403, `This needs the role ${needed}; you have the role ${role}.`);
}

/** `checkRole` before anything else of the request is looked at. */
export const requireRole = (needed: Role) =>
  createMiddleware<AppEnv>(async (c, next) => {
    checkRole(c.get("principal"), needed);
    await next();
  });
