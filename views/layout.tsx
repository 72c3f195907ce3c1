import type { ComponentChildren } from "preact";
import type {} from "@/views/htmx.ts";
import type { Principal } from "@/db/sessions.ts";
import { PlansCount } from "@/views/parts/plans_waiting.tsx";
import { plain } from "@/views/plain.ts";
import { asset } from "@/views/static.ts";

export type Section =
  | "overview"
  | "flows"
  | "approvals"
  | "chat"
  | "webhooks"
  | "repositories"
  | "deliveries"
  | "docs";

export interface LayoutProps {
  title: string;
  /** Null before sign-in. */
  principal: Principal | null;
  section?: Section;
  /** For the page's own layout in static/css. */
  page: string;
  children?: ComponentChildren;
}

// No eval, no inline style: the Content-Security-Policy allows neither.
const HTMX_CONFIG = JSON.stringify({
  includeIndicatorCSS: false,
  extensions: "sse",
  // what somebody has opened stays open when a part loads itself again
  morphIgnore: ["data-htmx-powered", "open"],
});

export function Layout({ title, principal, section, page, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={HTMX_CONFIG} />
        <title>{`${plain(title)} · Claude Code Agent`}</title>
        <link rel="icon" href={asset("icon.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={asset("app.css")} />
        <script src={asset("htmx.js")} defer></script>
        <script src={asset("hx-sse.js")} defer></script>
        <script src={asset("app.js")} defer></script>
      </head>
      <body class={`page-${page}`}>
        <a class="skip" href="#main">Skip to content</a>
        {principal && <Header principal={principal} section={section} />}
        <main id="main" tabIndex={-1}>{children}</main>
      </body>
    </html>
  );
}

const LINKS: [Section, string, string][] = [
  ["overview", "/", "Overview"],
  ["flows", "/flows", "Flows"],
  ["approvals", "/approvals", "Approvals"],
  ["chat", "/chat", "Chat"],
  ["webhooks", "/webhooks", "Webhooks"],
  ["repositories", "/repositories", "Repositories"],
  ["deliveries", "/deliveries", "Deliveries"],
  ["docs", "/api/docs", "API"],
];

function Header({ principal, section }: { principal: Principal; section?: Section }) {
  return (
    <header class="top">
      <a class="brand" href="/" aria-label="Claude Code Agent, overview">
        <img src={asset("icon.svg")} alt="" width="28" height="28" />
        <span>Claude Code Agent</span>
      </a>
      <nav aria-label="Main">
        <ul>
          {LINKS.map(([name, href, text]) => (
            <li key={name}>
              <a href={href} aria-current={name === section ? "page" : undefined}>
                {text}
                {name === "approvals" && <PlansCount />}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Person principal={principal} />
    </header>
  );
}

function Person({ principal }: { principal: Principal }) {
  return (
    <form class="person" method="post" action="/sign-out">
      <span>
        <b>{plain(principal.name)}</b>
        {principal.name !== principal.role && <span class="role">{` ${principal.role}`}</span>}
      </span>
      {principal.session_id && <button class="quiet" type="submit">Sign out</button>}
    </form>
  );
}
