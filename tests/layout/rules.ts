import type { Import, Source } from "@/tests/layout/source.ts";

/** What is wrong with one file; empty when nothing is. */
export type Rule = (source: Source) => string[];

const top = (path: string): string => path.split("/")[0];
const isOurs = (target: string): boolean => /^(server|views|workers|db|tests)\//.test(target);
const values = (imports: Import[]): Import[] => imports.filter(({ type_only }) => !type_only);

const ARROWS: Record<string, (target: string) => boolean> = {
  server: (target) => ["server", "views", "db"].includes(top(target)),
  views: (target) => ["views", "db"].includes(top(target)),
  workers: (target) =>
    ["workers", "db"].includes(top(target)) || target.startsWith("server/providers/") ||
    /^server\/registry\/(assets|files|frontmatter)\.ts$/.test(target),
  db: (target) => top(target) === "db",
};

/** server → views → db ← workers, and workers → server/providers and what parses the registry. */
export const arrows: Rule = ({ path, imports }) =>
  imports.map(({ target }) => target)
    .filter((target) => target === "unknown" || isOurs(target))
    .filter((target) => target === "unknown" || !ARROWS[top(path)](target))
    .map((target) => `imports ${target}`);

/** Providers import their own folder and what lies beside provider.ts; only mod.ts knows them all. */
export const providersAlone: Rule = ({ path, imports }) => {
  if (!path.startsWith("server/providers/") || path === "server/providers/mod.ts") return [];
  const own = path.slice("server/providers/".length).replace(/\.ts$/, "").split("/")[0];
  const shared =
    /^server\/providers\/(provider|provider_error|signs|http|chunks|hmac|samples|event|sender|pull_requests|markdown|markdown_out|payload|standard_webhooks|public_fetch)\.ts$/;
  return imports.filter(({ target }) => isOurs(target) || target === "unknown")
    .filter(({ target }) => !target.startsWith(`server/providers/${own}/`) && !shared.test(target))
    .map(({ target }) => `imports ${target}`);
};

/** The types and nouns of db/ go into pages, its functions do not; nor does a driver or a queue. */
export const viewsReadTypes: Rule = ({ path, imports }) =>
  top(path) !== "views" ? [] : values(imports)
    .filter(({ target }) => top(target) === "db" && !target.startsWith("db/nouns/"))
    .flatMap(({ target, values }) =>
      (values.length > 0 ? values : ["*"]).map((n) => `${target} ${n}`)
    );

/** Nouns are pure: each imports zod and others of its room. */
export const nounsArePure: Rule = ({ path, imports }) =>
  !path.startsWith("db/nouns/") ? [] : imports.map(({ target }) => target)
    .filter((target) => target !== "zod" && !target.startsWith("db/nouns/"))
    .map((target) => `imports ${target}`);

const REACHES_OUT =
  /^((globalThis|self|window)\.)?(fetch|WebSocket|EventSource|XMLHttpRequest)$|^Deno\.(connect|connectTls|startTls|connectQuic|createHttpClient)$/;
const NETWORK =
  /^(node:)?(https?|http2|net|tls|dgram|dns|dns\/promises)$|^(undici|ws|octokit|@octokit\/.*|got|axios)$/;

/** Sentence 1: only server/providers/ talks to outside services. */
export const talksOutside: Rule = ({ path, calls, imports }) =>
  path.startsWith("server/providers/") ? [] : [
    ...calls.filter((call) => REACHES_OUT.test(call)),
    ...values(imports).filter(({ target }) => NETWORK.test(target))
      .flatMap(({ target, values }) =>
        values.filter((name) => name !== "STATUS_CODES").map((name) => `${name} of ${target}`)
      ),
  ];

/** Who opens a port. */
export const opensPort: Rule = ({ calls }) =>
  calls.filter((call) => /^Deno\.(serve|listen|listenTls|listenDatagram)$/.test(call));

const STATEMENT =
  /\b(select\b[\s\S]+\bfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|(create|alter|drop)\s+(table|index|function|database))\b/i;
const DRIVERS = /^(postgres|pg|pg-boss|kysely|drizzle-orm)$/;

/** Sentence 2: only db/ contains SQL. */
export const containsSql: Rule = ({ path, imports, tags, chains, texts }) =>
  top(path) === "db" ? [] : [
    ...tags.filter((tag) => /(^|\.)(sql|tx)$/.test(tag)).map((tag) => `a template of ${tag}`),
    ...chains.filter((chain) => /\.(unsafe|sql)$|\.sql\./.test(chain)),
    ...texts.filter((text) => STATEMENT.test(text)).map((text) => `"${text.trim().slice(0, 60)}"`),
    ...values(imports).filter(({ target }) => DRIVERS.test(target)).map(({ target }) => target),
  ];

/** Who starts processes, of whatever kind. */
export const startsProcess: Rule = ({ calls, imports }) => [
  ...calls.filter((call) => /^Deno\.(Command|run)$/.test(call)),
  ...values(imports).filter(({ target }) => /^(dax|(node:)?child_process|execa)$/.test(target))
    .map(({ target }) => target),
];

/** Who removes files in a worker: a run may have closed its folders, so there is one way. */
export const removesFiles: Rule = ({ path, calls }) =>
  top(path) === "workers"
    ? calls.filter((call) => /^(Deno\.remove(Sync)?|rm|rmSync|unlink(Sync)?)$/.test(call))
    : [];

const OF_THE_CLI = /stream-json|@anthropic-ai\/claude-code|--permission-mode/;

/** Sentence 3: only workers/claude/ starts the CLI, knows its package and its arguments. */
export const startsCli: Rule = ({ path, imports, texts }) =>
  path.startsWith("workers/claude/") ? [] : [
    ...texts.filter((text) => OF_THE_CLI.test(text)).map((text) => `"${text}"`),
    ...imports.map(({ target }) => target).filter((target) => OF_THE_CLI.test(target)),
    ...imports.filter(({ values }) => values.includes("startClaude"))
      .filter(() => path !== "workers/run/cli.ts").map(() => "startClaude"),
  ];

const TAG =
  /<(!doctype|\/?(html|head|body|div|span|p|a|ul|li|table|form|script|style|h[1-6]|pre|button))\b[^>]*>/i;
const RENDERERS = /^(preact-render-to-string|markdown-it|hono\/(html|jsx.*))$/;

/** Sentence 4: only views/ makes HTML. A route may name the component that does. */
export const makesHtml: Rule = ({ path, imports, elements, texts }) =>
  top(path) === "views" ? [] : [
    ...elements.map((name) => `the element <${name}>`),
    ...texts.filter((text) => TAG.test(text)).map((text) => `"${text.trim().slice(0, 60)}"`),
    ...values(imports).filter(({ target }) => RENDERERS.test(target)).map(({ target }) => target),
    ...(path.endsWith(".tsx") && !/^server\/pages(\.tsx|\/)/.test(path)
      ? ["JSX outside pages"]
      : []),
  ];

/** Sentence 5: only the two config.ts read the environment. */
export const readsEnvironment: Rule = ({ path, chains, imports }) =>
  ["server/config.ts", "workers/config.ts"].includes(path) ? [] : [
    ...chains.filter((chain) =>
      /^((globalThis\.)?(Deno|process)\.env|import\.meta\.env)$/.test(chain)
    ),
    ...imports.filter(({ target, values }) =>
      /^(node:)?process$/.test(target) && values.some((name) => ["env", "default"].includes(name))
    ).map(({ target }) => target),
  ];
