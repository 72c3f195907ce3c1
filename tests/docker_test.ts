// No container is started here: both files are read as text and held against the code.
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { BOTH, SERVER, WORKER } from "@/db/process/variables.ts";
import { isSecret } from "@/db/process/read.ts";
import { loadConfig as loadServer } from "@/server/config.ts";
import { readSources, readText } from "@/tests/layout/source.ts";
import { loadConfig as loadWorker } from "@/workers/config.ts";
import { z } from "zod";

interface Service {
  command?: string[];
  environment: Record<string, string | number>;
  secrets: string[];
  volumes: string[];
  healthcheck?: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
  cap_drop?: string[];
  init?: boolean;
  read_only?: boolean;
  restart?: string;
  ports?: string[];
  container_name?: string;
  deploy: { replicas?: string; resources: { limits: Record<string, string> } };
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
}

const dockerfile = readDockerfile(await readText("Dockerfile"));
const { services, secrets, volumes }: Compose = parse(await readText("compose.yaml"));
const deno_json = JSON.parse(await readText("deno.json"));

/** Instructions in order, continued lines joined, comments out. */
function readDockerfile(text: string): { name: string; args: string }[] {
  const joined = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n\s*/g, " ");
  return joined.split("\n").filter((line) => line.trim()).map((line) => {
    const [, name, args] = line.match(/^([A-Z]+)\s+(.*)$/)!;
    return { name, args };
  });
}

const all = (name: string) => dockerfile.filter((one) => one.name === name).map(({ args }) => args);

Deno.test("the image is built in two stages and runs as an ordinary user", () => {
  assert.deepEqual(all("FROM").map((from) => from.split(" ").length), [3, 1]);
  const final_stage = dockerfile.slice(dockerfile.findLastIndex(({ name }) => name === "FROM"));
  assert.match(final_stage.findLast(({ name }) => name === "USER")!.args, /^[1-9]\d*:[1-9]\d*$/);
});

Deno.test("everything that the image copies is there, and passes .dockerignore", async () => {
  const copied = all("COPY").filter((args) => !args.startsWith("--from="))
    .flatMap((args) => args.split(" ").slice(0, -1));
  const let_through = (await readText(".dockerignore")).split("\n")
    .filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  for (const path of new Set(copied)) assert.ok(await exists(path), `${path} is missing`);
  assert.deepEqual([...new Set(copied)].sort(), let_through.sort());
});

Deno.test("its commands are the mains of the two processes", async () => {
  const scripts = all("RUN").flatMap((args) => [...args.matchAll(/\/app\/(\S+?)\\n/g)])
    .map(([, path]) => path);
  assert.deepEqual(scripts, ["server/main.ts", "workers/main.ts"]);
  for (const path of scripts) assert.ok(await exists(path));
  assert.deepEqual(all("CMD"), ['["server"]']);
  assert.deepEqual([services.server.command, services.worker.command], [["server"], ["worker"]]);
});

Deno.test("it is built with the Deno that everything else uses", async () => {
  const [version] = all("RUN").join().match(/deno@[\d.]+/)!;
  for (const path of [".ci/run", "README.md"]) assert.ok((await readText(path)).includes(version));
});

Deno.test("what is left out of the image is what neither process imports", async () => {
  const removed = all("RUN").flatMap((args) =>
    args.match(/rm -rf (@.*?) &&/)?.[1].trim().split(/ +/) ?? []
  );
  const is_removed = (folder: string) =>
    removed.some((pattern) => folder.startsWith(pattern.replace(/\*$/, "")));
  const folders = Object.keys(JSON.parse(await readText("deno.lock")).npm)
    .map((name) => name.replaceAll("/", "+"));
  for (const pattern of removed) {
    const start = pattern.replace(/\*$/, "");
    assert.ok(folders.some((folder) => folder.startsWith(start)), `${pattern} removes nothing`);
  }
  for (const main of ["server/main.ts", "workers/main.ts"]) {
    const needed = (await packagesOf(main)).filter((name) => is_removed(name.replaceAll("/", "+")));
    assert.deepEqual(needed, [], main);
  }
  // Some packages are found by their name at run time, which no import tells.
  const named = Object.values(deno_json.imports as Record<string, string>)
    .filter((specifier) => is_removed(specifier.replace("npm:", "").replaceAll("/", "+")))
    .map((specifier) => specifier.replace("npm:", "").replace(/@[\d.]+[^@]*$/, ""));
  const sources = await readSources(["server", "views", "workers", "db"]);
  const naming = sources.filter(({ texts }) => texts.some((text) => named.includes(text)));
  assert.deepEqual(naming.map(({ path }) => path), ["db/embedded/binaries.ts"]); // for `start` alone
});

interface Info {
  modules: { specifier: string; npmPackage?: string }[];
  npmPackages: Record<string, { dependencies: string[] }>;
}

/** Names with versions of the npm packages that a program reaches, through others too. */
async function packagesOf(main: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--node-modules-dir=auto", main], // with it, packages are named
    cwd: join(import.meta.dirname!, ".."),
  }).output();
  const { modules, npmPackages }: Info = JSON.parse(new TextDecoder().decode(stdout));
  assert.ok(!modules.some(({ specifier }) => specifier.endsWith("/db/embedded.ts")), main);
  const reached = new Set(modules.flatMap(({ npmPackage }) => npmPackage ?? []));
  assert.ok(reached.size > 5, "deno info says little");
  for (const name of reached) {
    for (const dependency of npmPackages[name].dependencies) reached.add(dependency);
  }
  return [...reached];
}

const TABLES = { server: { ...BOTH, ...SERVER }, worker: { ...BOTH, ...WORKER } };

Deno.test("every variable is one that its process reads", () => {
  const of_the_system = ["HOME", "DENO_DIR", "DENO_NO_UPDATE_CHECK"];
  const in_image = all("ENV").flatMap((args) => args.split(/\s+/)).map((pair) =>
    pair.split("=")[0]
  );
  const everything = { ...TABLES.server, ...TABLES.worker };
  for (const name of in_image) {
    assert.ok(of_the_system.includes(name) || name in everything, `${name} in the Dockerfile`);
  }
  for (const [service, table] of Object.entries(TABLES)) {
    const schema = z.object(table as z.ZodRawShape);
    for (const name of Object.keys(services[service].environment)) {
      const stem = name.replace(/_FILE$/, "");
      assert.ok(stem in table, `${name} of ${service}`);
      if (stem !== name) assert.ok(isSecret(schema, stem), `${stem} cannot come from a file`);
    }
  }
});

Deno.test("each process takes the settings that compose gives it", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const contents: Record<string, string> = {
      database_url: "postgres://agent:secret@postgres:5432/agent\n",
      secret_key: "0123456789abcdef\n",
      admin_token: "fedcba9876543210\n",
    };
    // The others may be empty: then that account is not there.
    for (const name of Object.keys(secrets)) {
      await Deno.writeTextFile(join(dir, name), contents[name] ?? "");
    }
    const server = loadServer(environmentOf("server", dir), dir);
    assert.equal(server.public_url, "https://agent.example.org");
    assert.equal(server.admin_token?.reveal(), "fedcba9876543210");
    assert.deepEqual([server.warnings, server.providers.github.secrets], [[], []]);
    const worker = loadWorker(environmentOf("worker", dir), dir);
    assert.equal(worker.claude.isolation, "uid");
    assert.deepEqual([worker.warnings, worker.claude.credentials], [[], {}]);
    assert.equal(worker.machine_id, Deno.hostname());
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** As compose fills it in: the image's own variables, then the service's. */
function environmentOf(service: string, secrets_dir: string): Record<string, string> {
  const given: Record<string, string> = { PUBLIC_URL: "https://agent.example.org" };
  const image = all("ENV").flatMap((args) => args.split(/\s+/)).map((pair) => pair.split("="));
  const own = Object.entries(services[service].environment).map(([name, value]) => [
    name,
    String(value).replace(
      /\$\{(\w+)(?::([-?])(.*))?\}/,
      (_, key, kind, rest) => given[key] ?? (kind === "-" ? rest : ""),
    ).replace("/run/secrets", secrets_dir),
  ]);
  return Object.fromEntries([...image, ...own]);
}

Deno.test("nobody starts without saying where the server is to be reached", () => {
  for (const name of ["server", "worker"]) {
    assert.match(String(services[name].environment.PUBLIC_URL), /^\$\{PUBLIC_URL:\?.+\}$/);
  }
});

Deno.test("a secret is a file that the service mounts, and never a value", () => {
  for (const [name, service] of Object.entries(services)) {
    const mounted = service.secrets.map((secret) => `/run/secrets/${secret}`).sort();
    const read = Object.entries(service.environment).filter(([key]) => key.endsWith("_FILE"))
      .map(([, value]) => String(value)).sort();
    assert.deepEqual(read, mounted, name);
    for (const secret of service.secrets) assert.ok(secret in secrets, secret);
  }
  const used = new Set(Object.values(services).flatMap((service) => service.secrets));
  assert.deepEqual(Object.keys(secrets).sort(), [...used].sort());
});

Deno.test("workers scale by a number: nothing of one is another's", () => {
  const { worker } = services;
  assert.equal(worker.deploy.replicas, "${WORKERS:-1}");
  assert.deepEqual([worker.container_name, worker.ports], [undefined, undefined]);
  assert.equal("MACHINE_ID" in worker.environment, false);
  // Without a name: two workers in one DATA_DIR refuse each other.
  assert.deepEqual(worker.volumes, ["/data"]);
});

Deno.test("processes are reaped, bounded, started again, and wait for Postgres", () => {
  for (const service of [services.server, services.worker]) {
    assert.equal(service.init, true);
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ["ALL"]);
    assert.equal(service.depends_on?.postgres.condition, "service_healthy");
  }
  for (const [name, service] of Object.entries(services)) {
    assert.equal(service.restart, "unless-stopped", name);
    assert.deepEqual(Object.keys(service.deploy.resources.limits), ["cpus", "memory"], name);
  }
  assert.ok(services.postgres.healthcheck?.test?.includes("pg_isready"));
  assert.equal(services.worker.healthcheck?.disable, true);
  assert.match(all("HEALTHCHECK").join(), /\/api\/health/);
  const [volume] = services.postgres.volumes[0].split(":");
  assert.ok(volume in volumes);
});

Deno.test("the files of secrets are kept out of git and of the image", async () => {
  assert.match(await readText(".gitignore"), /^\/secrets\/$/m);
  assert.match(await readText(".dockerignore"), /^\*$/m);
});

const exists = (path: string) =>
  Deno.lstat(join(import.meta.dirname!, "..", path)).then(() => true, () => false);
