import type { MiddlewareHandler } from "hono";
import type { Role } from "@/db/sessions.ts";
import { requireRole } from "@/server/roles.ts";
import type { AppEnv } from "@/server/env.ts";

export const viewer = requireRole("viewer");

/** Who may use a route, said and checked, as its verb has it; then comes what is `after`. */
export const allowed = (
  { role }: { role: Role },
  about = "",
  ...after: MiddlewareHandler<AppEnv>[]
) => ({
  description: `${about} Needs the role ${role}.`.trim(),
  middleware: [requireRole(role), ...after],
});
