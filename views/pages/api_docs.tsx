import { renderToString } from "preact-render-to-string";

/** Drawn by Swagger UI. */
export function apiDocsPage(): string {
  return "<!doctype html>" + renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API · Claude Code Agent</title>
        <link rel="stylesheet" href="/static/docs/swagger-ui.css" />
      </head>
      <body>
        <div id="docs"></div>
        <noscript>
          The document itself: <a href="/api/openapi.json">/api/openapi.json</a>
        </noscript>
        <script src="/static/docs/swagger-ui-bundle.js"></script>
        <script src="/static/docs/start.js"></script>
      </body>
    </html>,
  );
}
