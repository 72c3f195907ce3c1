import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import type { ServerConfig } from "@/server/config.ts";

const SELF = ["'self'"];
const NONE = ["'none'"];

const POLICY = {
  defaultSrc: NONE,
  scriptSrc: SELF,
  styleSrc: SELF,
  connectSrc: SELF,
  imgSrc: ["'self'", "data:"],
  fontSrc: SELF,
  formAction: SELF,
  baseUri: NONE,
  frameAncestors: NONE,
};

export function securityHeaders(
  { public_url }: Pick<ServerConfig, "public_url">,
): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: POLICY,
    // With `no-referrer`, browsers send `Origin: null` with our own forms.
    referrerPolicy: "same-origin",
    strictTransportSecurity: public_url.startsWith("https:")
      ? "max-age=31536000; includeSubDomains"
      : false,
    xFrameOptions: "DENY",
    xXssProtection: false,
  });
}

/** Lets pages of these origins call the API with a bearer token, without the cookie. */
export const corsHeaders = (origins: string[], methods: () => string[]): MiddlewareHandler =>
  cors({
    origin: origins,
    allowHeaders: ["authorization", "content-type", "last-event-id"],
    allowMethods: methods,
    maxAge: 600,
  });

/** `no-store` for every answer that does not set how long it may be kept. */
export const noStore: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
};

/** Nobody reads the body of an answer to HEAD: a stream would go on for ever. */
export const noBodyForHead: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.req.method === "HEAD") await c.res.body?.cancel();
};
