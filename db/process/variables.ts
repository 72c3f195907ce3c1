// The contract's table of variables, once: server/config.ts and workers/config.ts each take their
// rows, server/start.ts all. It lies in db/ because that is the one folder both may import.
import { isIP } from "node:net";
import type { z } from "zod";
import { missing, together } from "./checks.ts";
import {
  address,
  choice,
  flag,
  list,
  number,
  optionalSecret,
  people,
  secret,
  text,
  token,
  word,
} from "./kinds.ts";
import type { Check } from "./read.ts";

const isPostgresUrl = (text: string) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
const long = (text: string) => text.length >= 16;
const isHours = (text: string) => Number(text) > 0 && Number(text) <= 8760;
const isRepo = (text: string) => /^[a-z][a-z0-9_]*:[\w.*-]+(\/[\w.*-]+)+$/.test(text);
const isSlackChannel = (text: string) => /^[CGD][A-Z0-9]{2,20}$/.test(text);
const isName = (text: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

/** Not handed to the CLI even when AGENT_ENV says so: with them it could act as the machine. */
const KEPT_FROM_AGENTS = ["DATABASE_URL", "SECRET_KEY", "ADMIN_TOKEN", "GIT_SIGNING_KEY"];
const mayBeSeen = (name: string) => isName(name) && !KEPT_FROM_AGENTS.includes(name);

/** The variables of each provider: what both processes read, and what one of them does alone. */
export const PROVIDERS = {
  github: {
    both: {
      GITHUB_URL: address().default("https://github.com"),
      GITHUB_LOGIN: token("a GitHub login").optional(),
      // The server knows its app's posts by the id; only the worker acts as the app.
      GITHUB_APP_ID: token("the number of a GitHub App").optional(),
    },
    server: {
      GITHUB_WEBHOOK_SECRET: optionalSecret(),
      GITHUB_WEBHOOK_SECRET_PREVIOUS: optionalSecret(),
      GITHUB_TRUSTED_USERS: list().optional(),
    },
    worker: {
      GITHUB_TOKEN: optionalSecret(),
      GITHUB_API_URL: address().default("https://api.github.com"),
      GITHUB_APP_PRIVATE_KEY: optionalSecret(
        "a PEM private key",
        (text) => text.includes("-----BEGIN"),
      ),
    },
    complete: (texts) => together(texts, "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"),
  },
  jira: {
    both: {
      JIRA_URL: address().optional(),
      JIRA_ACCOUNT_ID: token("a Jira account id").optional(),
    },
    server: {
      JIRA_WEBHOOK_SECRET: optionalSecret(),
      JIRA_WEBHOOK_SECRET_PREVIOUS: optionalSecret(),
      JIRA_TRUSTED_USERS: list().optional(),
    },
    worker: {
      JIRA_EMAIL: token("an e-mail address").optional(),
      JIRA_API_TOKEN: optionalSecret(),
      JIRA_TOKEN: optionalSecret(),
    },
    complete: (texts) => [
      ...together(texts, "JIRA_EMAIL", "JIRA_API_TOKEN"),
      ...(texts.JIRA_API_TOKEN || texts.JIRA_TOKEN
        ? missing(texts, "since there is a token for it", ["JIRA_URL"])
        : []),
    ],
  },
  slack: {
    both: {
      SLACK_BOT_USER_ID: token("a Slack user id such as U012AB3CD").optional(),
      // The server writes into each workflow where it is told of; only the worker speaks there.
      SLACK_NOTIFY_CHANNEL: text("a channel id such as C012AB3CD", isSlackChannel).optional(),
    },
    server: {
      SLACK_SIGNING_SECRET: optionalSecret(),
      SLACK_SIGNING_SECRET_PREVIOUS: optionalSecret(),
      SLACK_TRUSTED_USERS: list().optional(),
    },
    worker: {
      SLACK_BOT_TOKEN: optionalSecret(),
      SLACK_API_URL: address().default("https://slack.com/api"),
    },
    complete: (texts) =>
      texts.SLACK_NOTIFY_CHANNEL
        ? missing(texts, "since SLACK_NOTIFY_CHANNEL is: nothing else can speak there", [
          "SLACK_BOT_TOKEN",
        ])
        : [],
  },
  sentry: {
    both: {
      SENTRY_URL: address().default("https://sentry.io"),
      SENTRY_ORG: token("an organization slug").optional(),
    },
    server: {
      SENTRY_WEBHOOK_SECRET: optionalSecret(),
      SENTRY_WEBHOOK_SECRET_PREVIOUS: optionalSecret(),
    },
    worker: { SENTRY_AUTH_TOKEN: optionalSecret() },
  },
  gitlab: {
    both: {
      GITLAB_URL: address().default("https://gitlab.com"),
      GITLAB_USERNAME: token("a GitLab user name").optional(),
    },
    server: {
      GITLAB_WEBHOOK_SECRET: optionalSecret(),
      GITLAB_WEBHOOK_SECRET_PREVIOUS: optionalSecret(),
      GITLAB_TRUSTED_USERS: list().optional(),
    },
    worker: { GITLAB_TOKEN: optionalSecret() },
  },
  linear: {
    both: { LINEAR_USERNAME: token("a Linear display name").optional() },
    server: {
      LINEAR_WEBHOOK_SECRET: optionalSecret(),
      LINEAR_WEBHOOK_SECRET_PREVIOUS: optionalSecret(),
      LINEAR_TRUSTED_USERS: list().optional(),
    },
    worker: {
      LINEAR_API_KEY: optionalSecret(),
      LINEAR_API_URL: address().default("https://api.linear.app"),
    },
  },
  custom: {
    // Verify what comes in; the first signs answers to callbacks of webhooks that have none.
    both: {
      CUSTOM_WEBHOOK_SECRET: optionalSecret(),
      CUSTOM_WEBHOOK_SECRET_PREVIOUS: optionalSecret(),
    },
    server: {},
    worker: {},
  },
} satisfies Record<string, ProviderVariables>;

interface ProviderVariables {
  both: z.ZodRawShape;
  server: z.ZodRawShape;
  worker: z.ZodRawShape;
  complete?: Check;
}

export const accountsComplete: Check = (texts) =>
  Object.values<ProviderVariables>(PROVIDERS).flatMap(({ complete }) => complete?.(texts) ?? []);

// Read by name, as `Provider` names them: their types would say nothing more.
const ofProviders = (process: "both" | "server" | "worker"): Record<never, z.ZodType> =>
  Object.assign({}, ...Object.values<ProviderVariables>(PROVIDERS).map((each) => each[process]));

export const BOTH = {
  PORT: number(1, 65535).default(8000),
  PUBLIC_URL: address().optional(),
  DATA_DIR: word("a folder").default("./data"),
  DATABASE_URL: secret("a postgres:// address", isPostgresUrl),
  SECRET_KEY: secret("at least 16 characters", long),
  LOG_LEVEL: choice("debug", "info", "warning", "error").default("info"),
  LOG_JSON: flag().optional(),
  COMMAND_PREFIX: token("a word without blanks, such as @agent").default("@agent"),
  FORWARD_HOSTS: list("host names, each with or without :port, comma-separated", isHost)
    .transform((hosts) => hosts.map(withPort)).default([]),
  STORAGE: choice("files", "s3", "postgres").default("files"),
  S3_ENDPOINT: address().optional(),
  S3_BUCKET: token("a bucket name").optional(),
  S3_REGION: token("a region such as eu-central-1").optional(),
  S3_ACCESS_KEY_ID: optionalSecret(),
  S3_SECRET_ACCESS_KEY: optionalSecret(),
  ...ofProviders("both"),
};

export const SERVER = {
  HOST: token("a host name or address to listen on").default("127.0.0.1"),
  ADMIN_TOKEN: optionalSecret("at least 16 characters", long),
  CORS_ORIGINS: list("origins such as https://example.org, comma-separated", isOrigin).default([]),
  TRUSTED_PROXIES: list("addresses or networks such as 10.0.0.0/8, comma-separated", isNetwork)
    .default([]),
  COMMANDS_PER_HOUR: number(0, 1_000_000).default(20),
  APPROVE_OWN: flag().default(true),
  APPROVALS_NEEDED: number(1, 20).default(1),
  PEOPLE: people().default([]),
  APPROVAL_EXPIRES_HOURS: number(0.1, 8760, false).default(72),
  APPROVAL_REMINDERS_HOURS: list("numbers of hours such as 4,24, comma-separated", isHours)
    .transform((hours) => hours.map(Number)).default([4, 24]),
  FIX_CHECKS: flag().default(true),
  REPOSITORIES: list("names such as github:owner/name, comma-separated, with * in a part", isRepo)
    .optional(),
  ...ofProviders("server"),
};

export const WORKER = {
  MACHINE_ID: token("a name without blanks").optional(),
  MAX_CONCURRENT_TASKS: number(1, 1000).default(5),
  // A pg-boss job lives for a day at most, and the job of a run lasts as long as the run.
  TASK_TIMEOUT_SECONDS: number(1, 86_000).default(3600),
  TASK_MAX_USD: number(0.01, 1_000_000, false).default(5),
  TASK_MAX_TURNS: number(1, 1_000_000).optional(),
  CLAUDE_BIN: word("a path, or `claude` for the one on PATH").optional(),
  ANTHROPIC_API_KEY: optionalSecret(),
  ANTHROPIC_AUTH_TOKEN: optionalSecret(),
  ANTHROPIC_BASE_URL: address().optional(),
  CLAUDE_CODE_OAUTH_TOKEN: optionalSecret(),
  AGENT_ENV: list(
    `comma-separated names of variables, none of them ${KEPT_FROM_AGENTS.join(", ")}`,
    mayBeSeen,
  ).default([]),
  AGENT_CONTAINED: flag().default(false),
  AGENT_ISOLATION: choice("auto", "uid", "namespace", "none").default("auto"),
  AGENT_MAX_PROCESSES: number(16, 1_000_000).default(256),
  AGENT_MAX_MEMORY_MB: number(256, 100_000_000).default(4096),
  AGENT_MAX_DISK_MB: number(16, 100_000_000).default(5120),
  GIT_AUTHOR_NAME: word("a name").optional(),
  GIT_AUTHOR_EMAIL: token("an e-mail address").optional(),
  GIT_SIGNING_KEY: optionalSecret(
    "a private SSH key, as ssh-keygen writes it",
    (text) => text.includes("-----BEGIN"),
  ),
  ...ofProviders("worker"),
};

export const ALL = { ...BOTH, ...SERVER, ...WORKER };

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}

function isNetwork(text: string): boolean {
  const [address, bits, ...more] = text.split("/");
  const most = [0, 0, 0, 0, 32, 0, 128][isIP(address)];
  return most > 0 && more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

function isHost(text: string): boolean {
  return URL.parse(`https://${text}`)?.host === text.toLowerCase().replace(/:443$/, "");
}

/** `host:port`, as an https address means it. */
function withPort(text: string): string {
  const { hostname, port } = new URL(`https://${text}`);
  return `${hostname}:${port || 443}`;
}
