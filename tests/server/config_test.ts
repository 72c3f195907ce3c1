import assert from "node:assert/strict";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ALL } from "@/db/process/variables.ts";
import { revealAll, secretsIn } from "@/db/process/secret.ts";
import {
  ConfigError,
  loadConfig as loadServer,
  loadStartConfig,
  PROJECT_DIR,
} from "@/server/config.ts";
import { loadConfig as loadWorker } from "@/workers/config.ts";

const NEEDED = {
  DATABASE_URL: "postgres://agent:hunter22@db/agent",
  SECRET_KEY: "a key that is long enough",
};
const NOWHERE = "/nonexistent";

Deno.test("the two required settings are enough; the rest has the contract's defaults", () => {
  const server = loadServer(NEEDED, NOWHERE);
  assert.equal(`${server.host}:${server.port}`, "127.0.0.1:8000");
  assert.equal(server.public_url, "http://127.0.0.1:8000");
  assert.equal(server.data_dir, "/nonexistent/data");
  assert.equal(server.command_prefix, "@agent");
  assert.equal(server.providers.github.trusted_users, null);
  assert.deepEqual(server.warnings, []);
  const worker = loadWorker(NEEDED, NOWHERE);
  assert.equal(worker.max_concurrent_tasks, 5);
  assert.deepEqual(worker.limits, { timeout_seconds: 3600, max_usd: 5, max_turns: null });
  assert.equal(worker.machine_id, Deno.hostname());
  assert.deepEqual([worker.claude.isolation, worker.claude.contained], ["auto", false]);
  const resources = { max_processes: 256, max_memory_mb: 4096, max_disk_mb: 5120 };
  assert.deepEqual(worker.claude.resources, resources);
  assert.equal(worker.provider_settings.GITHUB_API_URL, "https://api.github.com");
});

Deno.test("without a database and a key neither process starts", () => {
  for (const load of [loadServer, loadWorker]) {
    assert.deepEqual(problems(() => load({ SECRET_KEY: "" }, NOWHERE)), [
      "DATABASE_URL: must be set: a postgres:// address",
      "SECRET_KEY: must be set: at least 16 characters",
    ]);
  }
});

Deno.test("all problems come in one message, each with its variable and what would be right", () => {
  const env = { ...NEEDED, PORT: "80a", HOST: "0.0.0.0", LOG_LEVEL: "loud", GITHUB_URL: "github" };
  assert.deepEqual(problems(() => loadServer(env, NOWHERE)), [
    'PORT: must be a whole number from 1 to 65535, not "80a"',
    'LOG_LEVEL: must be one of debug, info, warning, error, not "loud"',
    'GITHUB_URL: must be an http:// or https:// address, not "github"',
    "PUBLIC_URL: must be set, since HOST is 0.0.0.0: the address that people use for this server",
  ]);
  const work = { ...NEEDED, MAX_CONCURRENT_TASKS: "0", AGENT_CONTAINED: "yes", TASK_MAX_USD: "-1" };
  assert.deepEqual(problems(() => loadWorker(work, NOWHERE)), [
    'MAX_CONCURRENT_TASKS: must be a whole number from 1 to 1000, not "0"',
    'TASK_MAX_USD: must be a number from 0.01 to 1000000, not "-1"',
    'AGENT_CONTAINED: must be true, false, 1 or 0, not "yes"',
  ]);
});

Deno.test("half of an account is a problem", () => {
  const env = { ...NEEDED, JIRA_EMAIL: "a@b.c", GITHUB_APP_ID: "12", STORAGE: "s3" };
  assert.deepEqual(problems(() => loadWorker(env, NOWHERE)).map((p) => p.split(":")[0]), [
    "GITHUB_APP_PRIVATE_KEY",
    "JIRA_API_TOKEN",
    "S3_ENDPOINT",
    "S3_BUCKET",
    "S3_ACCESS_KEY_ID",
    "S3_SECRET_ACCESS_KEY",
  ]);
});

Deno.test("a channel to tell of work needs the token that speaks there", () => {
  const env = { ...NEEDED, SLACK_NOTIFY_CHANNEL: "C0RELEASES" };
  const told = [
    "SLACK_BOT_TOKEN: must be set, since SLACK_NOTIFY_CHANNEL is: nothing else can speak there",
  ];
  assert.deepEqual(problems(() => loadWorker(env, NOWHERE)), told);
  assert.deepEqual(problems(() => loadStartConfig(env, NOWHERE)), told);
  const { notice } = loadServer(env, NOWHERE).workflow_rules;
  assert.deepEqual([notice?.provider, notice?.target.channel, notice?.is_source], [
    "slack",
    "C0RELEASES",
    false,
  ]);
  loadWorker({ ...env, SLACK_BOT_TOKEN: "xoxb-1" }, NOWHERE);
  const named = { ...NEEDED, SLACK_NOTIFY_CHANNEL: "#releases" };
  assert.deepEqual(problems(() => loadServer(named, NOWHERE)), [
    'SLACK_NOTIFY_CHANNEL: must be a channel id such as C012AB3CD, not "#releases"',
  ]);
});

Deno.test("a secret can lie in a file; its last line break does not count", async () => {
  await using dir = await folder({ key: "kept in a file, safe\n", empty: "" });
  const env = { ...NEEDED, SECRET_KEY: "", SECRET_KEY_FILE: join(dir.path, "key") };
  assert.equal(loadServer(env, NOWHERE).secret_key.reveal(), "kept in a file, safe");
  const both = { ...env, SECRET_KEY: NEEDED.SECRET_KEY };
  assert.deepEqual(problems(() => loadServer(both, NOWHERE)), [
    "SECRET_KEY: is given twice, also as SECRET_KEY_FILE: remove one",
  ]);
  const lost = { ...env, SECRET_KEY_FILE: join(dir.path, "lost") };
  assert.match(
    problems(() => loadServer(lost, NOWHERE)).join(),
    /^SECRET_KEY_FILE: cannot be read/,
  );
  const empty = { ...env, SECRET_KEY_FILE: join(dir.path, "empty") };
  assert.match(problems(() => loadServer(empty, NOWHERE)).join(), /^SECRET_KEY: must be set/);
});

Deno.test("the environment wins over .env, and an empty value is no value", async () => {
  await using dir = await folder({
    ".env": `PORT=9000\nCOMMAND_PREFIX=@bot # ours\nSECRET_KEY="from the file, long"\n`,
    key: "from the other file",
  });
  const env = { DATABASE_URL: NEEDED.DATABASE_URL, PORT: "9001", COMMAND_PREFIX: " " };
  const config = loadServer(env, dir.path);
  assert.equal(config.port, 9001);
  assert.equal(config.command_prefix, "@bot");
  assert.equal(config.secret_key.reveal(), "from the file, long");
  const by_file = { ...env, SECRET_KEY_FILE: join(dir.path, "key") };
  assert.equal(loadServer(by_file, dir.path).secret_key.reveal(), "from the other file");
});

Deno.test("no way of printing a configuration shows a secret", () => {
  const env = {
    ...NEEDED,
    ADMIN_TOKEN: "admin-token-0123456789",
    GITHUB_WEBHOOK_SECRET: "webhook-secret",
    GITHUB_TOKEN: "ghp_0123456789",
    ANTHROPIC_API_KEY: "sk-ant-0123456789",
    AGENT_ENV: "NPM_TOKEN,JAVA_HOME,UNSET",
    NPM_TOKEN: "npm_0123456789",
    JAVA_HOME: "/opt/java",
  };
  const [server, worker] = [loadServer(env, NOWHERE), loadWorker(env, NOWHERE)];
  for (const config of [server, worker]) {
    const shown = [Deno.inspect(config, { depth: 9 }), JSON.stringify(config)].join();
    for (const secret of secretsIn(config)) assert.ok(!shown.includes(secret), secret);
    assert.ok(!shown.includes("hunter22") && !shown.includes("/opt/java"));
    assert.equal(`${config.secret_key}`, "[secret]");
  }
  assert.deepEqual(revealAll(worker.claude.agent_env), {
    NPM_TOKEN: "npm_0123456789",
    JAVA_HOME: "/opt/java",
  });
  assert.ok(secretsIn(worker).includes("npm_0123456789"));
  assert.ok(!secretsIn(worker).includes("/opt/java"));
});

Deno.test("each process gets what it needs and not the other's secrets", () => {
  const env = {
    ...NEEDED,
    GITHUB_WEBHOOK_SECRET: "new secret",
    GITHUB_WEBHOOK_SECRET_PREVIOUS: "old secret",
    GITHUB_TOKEN: "ghp_0123456789",
  };
  const server = loadServer(env, NOWHERE);
  const secrets = server.providers.github.secrets.map((secret) => secret.reveal());
  assert.deepEqual(secrets, ["new secret", "old secret"]);
  assert.ok(!secretsIn(server).includes("ghp_0123456789"));
  assert.ok(!secretsIn(loadWorker(env, NOWHERE)).includes("new secret"));
});

Deno.test("the CLI is never given the keys of the machine", () => {
  for (const name of ["DATABASE_URL", "GIT_SIGNING_KEY"]) {
    const env = { ...NEEDED, AGENT_ENV: `NPM_TOKEN, ${name}` };
    const said = problems(() => loadWorker(env, NOWHERE)).join();
    assert.match(said, new RegExp(`^AGENT_ENV: must be .*${name}`));
  }
});

Deno.test("who commits is told by settings, and the key that signs is a secret", () => {
  const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----";
  const env = { ...NEEDED, GIT_AUTHOR_NAME: "The Agent", GIT_SIGNING_KEY: key };
  const config = loadWorker(env, NOWHERE);
  assert.deepEqual([config.git.author_name, config.git.author_email], ["The Agent", null]);
  assert.equal(config.git.signing_key?.reveal(), key);
  assert.ok(secretsIn(config).includes(key));
  assert.match(
    problems(() => loadWorker({ ...env, GIT_SIGNING_KEY: "/root/.ssh/id" }, NOWHERE)).join(),
    /^GIT_SIGNING_KEY: must be a private SSH key/,
  );
});

Deno.test("a wrong secret is a problem that does not show it", () => {
  const env = { ...NEEDED, ADMIN_TOKEN: "too-short" };
  assert.deepEqual(problems(() => loadServer(env, NOWHERE)), [
    "ADMIN_TOKEN: must be at least 16 characters",
  ]);
});

Deno.test("names that are nearly right are warned of", async () => {
  const env = { ...NEEDED, GITHUB_TOKN: "x", JIRA_TOEKN_FILE: "x", PORTS: "1", HOME: "/" };
  assert.deepEqual(loadServer(env, NOWHERE).warnings, [
    "GITHUB_TOKN is not a setting: did you mean GITHUB_TOKEN?",
    "JIRA_TOEKN_FILE is not a setting: did you mean JIRA_TOKEN_FILE?",
  ]);
  await using dir = await folder({ ".env": "COLOUR=blue\nNPM_TOKEN=x\nAGENT_ENV=NPM_TOKEN\n" });
  assert.deepEqual(loadServer(NEEDED, dir.path).warnings, [
    "COLOUR in .env is not a setting and has no effect",
  ]);
});

Deno.test("addresses behind which this server is the same are accepted as origins", () => {
  const env = { ...NEEDED, PUBLIC_URL: "https://agent.example.org/", HOST: "0.0.0.0", PORT: "81" };
  const config = loadServer(env, NOWHERE);
  assert.equal(config.public_url, "https://agent.example.org");
  assert.deepEqual(config.origins, [
    "https://agent.example.org",
    "http://127.0.0.1:81",
    "http://localhost:81",
    "http://[::1]:81",
  ]);
});

Deno.test(".env.example names every setting there is, with its default", async () => {
  const text = await Deno.readTextFile(join(PROJECT_DIR, ".env.example"));
  const example = parseEnv(text.replace(/^#(?=[A-Z_0-9]+=)/gm, "")) as Record<string, string>;
  assert.deepEqual(Object.keys(example).sort(), Object.keys(ALL).sort());
  const { DATABASE_URL: _, PUBLIC_URL: __, ...defaults } = example;
  const plain = (config: object) => JSON.stringify({ ...config, warnings: [] });
  assert.equal(
    plain(loadServer({ ...defaults, ...NEEDED }, NOWHERE)),
    plain(loadServer(NEEDED, NOWHERE)),
  );
  assert.equal(
    plain(loadWorker({ ...defaults, ...NEEDED }, NOWHERE)),
    plain(loadWorker(NEEDED, NOWHERE)),
  );
});

function problems(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split("\n").slice(1).map((line) => line.trim());
  }
  assert.fail("these settings were accepted");
}

async function folder(files: Record<string, string>) {
  const path = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
