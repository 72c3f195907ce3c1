import { mayAct } from "@/server/auth/roles.ts";
import type { AppContext } from "@/server/env.ts";
import type { May } from "@/views/may.ts";

/** What the one who asks may do. */
export function mayOf(c: AppContext): May {
  const { role } = c.get("principal");
  return { operate: mayAct(role, "operator"), administer: mayAct(role, "admin") };
}
