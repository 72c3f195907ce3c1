import { resolve } from "node:path";
import { z } from "zod";
import { isLoopback, publicUrlWhenReachable, storageComplete } from "@/db/process/checks.ts";
import { readVariables, type Texts } from "@/db/process/read.ts";
import { adminTokenMac } from "@/db/process/seal.ts";
import type { Secret } from "@/db/process/secret.ts";
import { accountsComplete, ALL, BOTH, SERVER } from "@/db/process/variables.ts";
import { proxyList } from "@/server/auth/client_address.ts";
import type { WorkflowRules } from "@/db/nouns/workflow.ts";
import { providers } from "@/server/providers/mod.ts";

export { ConfigError } from "@/db/process/read.ts";

const schema = z.object({ ...BOTH, ...SERVER });
type Values = z.infer<typeof schema>;

export type ServerConfig = ReturnType<typeof shape>;

export const PROJECT_DIR = resolve(import.meta.dirname!, "..");

/** The environment of this process, for the supervisor: what it hands on, and where demos start. */
export const readEnvironment = (): Texts => Deno.env.toObject();

/** `warnings` are for the log. Throws ConfigError, which lists every problem. */
export function loadConfig(
  env: Texts = Deno.env.toObject(),
  dir: string = PROJECT_DIR,
): ServerConfig {
  const { values, warnings, secrets } = readVariables({ env, dir }, schema, [
    publicUrlWhenReachable,
    storageComplete,
  ]);
  return shape(values, dir, warnings, secrets);
}

const startSchema = z.object({
  ...ALL,
  DATABASE_URL: ALL.DATABASE_URL.optional().meta({ secret: true }),
  SECRET_KEY: ALL.SECRET_KEY.optional().meta({ secret: true }),
});

/** Of both processes, for the supervisor, which fills in what is missing. Throws ConfigError. */
export function loadStartConfig(env: Texts, dir: string = PROJECT_DIR) {
  const { values, warnings, secrets } = readVariables({ env, dir }, startSchema, [
    publicUrlWhenReachable,
    storageComplete,
    accountsComplete,
  ]);
  return {
    env,
    warnings,
    host: values.HOST,
    port: values.PORT,
    public_url: values.PUBLIC_URL ?? `http://127.0.0.1:${values.PORT}`,
    /** Where this machine itself reaches the server. */
    local_url: `http://${localName(values.HOST)}:${values.PORT}`,
    data_dir: resolve(dir, values.DATA_DIR),
    max_concurrent_tasks: values.MAX_CONCURRENT_TASKS,
    database_url: values.DATABASE_URL ?? null,
    admin_token: values.ADMIN_TOKEN ?? null,
    secret_key: values.SECRET_KEY ?? null,
    providers: webhooks(values),
    log: { level: values.LOG_LEVEL, json: values.LOG_JSON ?? !Deno.stdout.isTerminal() },
    secrets,
  };
}

export type StartConfig = ReturnType<typeof loadStartConfig>;

function shape(
  values: Values,
  dir: string,
  warnings: string[],
  secrets: Record<string, Secret>,
) {
  const public_url = values.PUBLIC_URL ?? `http://127.0.0.1:${values.PORT}`;
  return {
    warnings,
    host: values.HOST,
    port: values.PORT,
    public_url,
    origins: origins(public_url, values.PORT),
    cors_origins: values.CORS_ORIGINS,
    trusted_proxies: proxyList(values.TRUSTED_PROXIES),
    reachable: !isLoopback(values.HOST),
    data_dir: resolve(dir, values.DATA_DIR),
    database_url: values.DATABASE_URL,
    admin_token: values.ADMIN_TOKEN ?? null,
    /** What sessions and links keep that it stands for. */
    admin_token_mac: adminTokenMac(
      values.SECRET_KEY.reveal(),
      values.ADMIN_TOKEN?.reveal() ?? null,
    ),
    secret_key: values.SECRET_KEY,
    secrets,
    log: { level: values.LOG_LEVEL, json: values.LOG_JSON ?? !Deno.stdout.isTerminal() },
    command_prefix: values.COMMAND_PREFIX,
    /** Uses of one command in an hour, where it says nothing itself; null: any number. */
    commands_per_hour: values.COMMANDS_PER_HOUR || null,
    /** What holds for workflows that begin now; each keeps it. */
    workflow_rules: {
      public_url,
      approve_own: values.APPROVE_OWN,
      approvals_needed: values.APPROVALS_NEEDED,
      approval_expires_hours: values.APPROVAL_EXPIRES_HOURS,
      reminders_hours: values.APPROVAL_REMINDERS_HOURS,
      fixes_checks: values.FIX_CHECKS,
      people: values.PEOPLE,
      notice: noticePlace(values),
    } satisfies WorkflowRules,
    /** Which ones tasks may use, with `*` within a part; null: those that webhooks name. */
    repositories: values.REPOSITORIES ?? null,
    /** Hosts that events may be forwarded to; empty: any that is public. */
    forward_hosts: values.FORWARD_HOSTS,
    providers: webhooks(values),
    storage: {
      kind: values.STORAGE,
      endpoint: values.S3_ENDPOINT ?? null,
      bucket: values.S3_BUCKET ?? null,
      region: values.S3_REGION ?? null,
      access_key_id: values.S3_ACCESS_KEY_ID ?? null,
      secret_access_key: values.S3_SECRET_ACCESS_KEY ?? null,
    },
  };
}

/** Where all work is told of, beside the places that it was asked for at. */
function noticePlace(values: Record<string, unknown>): WorkflowRules["notice"] {
  for (const { name, notice_setting, noticePlace } of providers.values()) {
    const named = notice_setting && values[notice_setting];
    if (typeof named === "string" && noticePlace) {
      return { provider: name, target: noticePlace(named), is_source: false };
    }
  }
  return null;
}

/** How the built-in webhook of one provider is guarded. */
export interface WebhookConfig {
  /** Any of them may have signed: the current one and, while rotating, the previous. */
  secrets: Secret[];
  /** null: nothing was said, the provider's own rule holds. */
  trusted_users: string[] | null;
  own_name: string | null;
  app_id: string | null;
}

function webhooks(values: Record<string, unknown>): Record<string, WebhookConfig> {
  const read = <T>(name?: string | null) => (name ? values[name] ?? null : null) as T | null;
  return Object.fromEntries([...providers.values()].map((provider) => [provider.name, {
    secrets: [provider.secret_setting, `${provider.secret_setting}_PREVIOUS`]
      .map((name) => read<Secret>(name)).filter((secret) => secret !== null),
    trusted_users: read<string[]>(provider.trusted_setting),
    own_name: read<string>(provider.login_setting),
    app_id: read<string>(provider.app_setting),
  }]));
}

function origins(public_url: string, port: number): string[] {
  const loopback = ["127.0.0.1", "localhost", "[::1]"].map((name) => `http://${name}:${port}`);
  return [...new Set([new URL(public_url).origin, ...loopback])];
}

function localName(host: string): string {
  const bare = host.replace(/^\[|\]$/g, "");
  if (bare === "0.0.0.0" || bare === "::") return "127.0.0.1";
  return bare.includes(":") ? `[${bare}]` : bare;
}
