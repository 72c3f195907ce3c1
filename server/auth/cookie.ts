import { getCookie, setCookie } from "hono/cookie";
import type { AppContext } from "@/server/env.ts";

// By the address that people use: behind a proxy that ends TLS, the request itself is plain http.
const isHttps = (public_url: string) => public_url.startsWith("https:");

export const cookieName = (public_url: string): string =>
  isHttps(public_url) ? "__Host-agent_session" : "agent_session";

export const readSessionCookie = (c: AppContext, public_url: string): string | null =>
  getCookie(c, cookieName(public_url)) || null;

/** A date in the past takes the cookie back. */
export function writeSessionCookie(
  c: AppContext,
  public_url: string,
  secret: string,
  expires: Date,
): void {
  setCookie(c, cookieName(public_url), secret, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: isHttps(public_url),
    expires,
  });
}
