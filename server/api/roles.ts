import type { Role } from "@/db/sessions.ts";
import { requireRole } from "@/server/auth/roles.ts";

export const viewer = requireRole("viewer");
export const operator = requireRole("operator");
export const admin = requireRole("admin");

/** Who may, as the last sentence of a route's description. */
export const needs = (role: Role): string => `Needs the role ${role}.`;
