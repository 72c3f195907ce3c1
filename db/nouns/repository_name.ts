/** How people name a repository: `github:owner/name`, and a branch behind `@`. Pure. */
import { z } from "zod";
import type { RepositoryRef } from "@/db/nouns/workflow.ts";

export type NamedRepository = { ok: true; repository: RepositoryRef } | {
  ok: false;
  problem: string;
};

const LONGEST = 2500;
const FORM = "write it as `github:owner/name`, with `@branch` behind it for another branch";
const no = (problem: string): NamedRepository => ({ ok: false, problem });

/** `provider` is meant where the text names none; null: it has to name one. */
export function readRepository(text: string, provider: string | null = null): NamedRepository {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) return no(`is too long for a repository: ${FORM}`);
  const [, named = null, name, branch = null] =
    /^(?:([a-z][a-z0-9_]*):)?([^@:\s]+)(?:@(.+))?$/.exec(trimmed) ?? [];
  if (name === undefined) return no(`is no repository: ${FORM}`);
  const service = named ?? provider;
  if (service === null) return no(`does not say where the repository is: ${FORM}`);
  if (!isName(name)) return no(`has no \`owner/name\` of a repository: ${FORM}`);
  if (branch !== null && !isBranch(branch)) return no("names a branch that git does not allow");
  return { ok: true, repository: { provider: service, name, branch } };
}

/** Whether it is the name of a repository, with its owner or groups. */
export function isName(name: string): boolean {
  const parts = name.split("/");
  return parts.length >= 2 && parts.length <= 20 &&
    parts.every((part) =>
      /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,99}$/.test(part) && !/^\.+$/.test(part) &&
      !/\.(git|lock)$/i.test(part)
    );
}

const MOST_OF_A_BRANCH = 250;

/** By the rules of `git check-ref-format --branch`. */
export function isBranch(branch: string): boolean {
  if (branch.length > MOST_OF_A_BRANCH || branch === "HEAD" || branch === "@") return false;
  // deno-lint-ignore no-control-regex
  if (/[\u0000- \u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$/.test(branch)) return false;
  return branch.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}

/** As it is written, and read again. */
export const repositoryText = ({ provider, name, branch }: RepositoryRef): string =>
  `${provider}:${name}${branch === null ? "" : `@${branch}`}`;

/** A repository as somebody types it. */
export const repositoryName = ({ may_be_empty = false } = {}) =>
  z.string().trim().superRefine((text, context) => {
    const read = readRepository(text);
    if (!read.ok && !(may_be_empty && text === "")) context.addIssue(read.problem);
  });

export interface MappedProject {
  project: string;
  repository: RepositoryRef;
}

/** One line of a mapping: `PROJECT = github:owner/name`. */
export function readMapping(line: string): MappedProject | { problem: string } {
  const at = line.indexOf("=");
  const project = line.slice(0, Math.max(0, at)).trim();
  if (project === "") return { problem: "is written as `PROJECT = github:owner/name`" };
  if (project.length > 200) return { problem: "names a project of more than 200 characters" };
  const read = readRepository(line.slice(at + 1));
  return read.ok ? { project, repository: read.repository } : { problem: read.problem };
}

const MOST_PROJECTS = 200;

const mappingLine = z.string().trim().superRefine((line, context) => {
  const read = readMapping(line);
  if ("problem" in read) context.addIssue(read.problem);
});

/** Which repository the work for a project of another service is about, a line for each. */
export const repositoryMapping = () =>
  z.array(mappingLine).max(MOST_PROJECTS).superRefine((lines, context) => {
    const projects = lines.map((line) => line.split("=")[0].trim().toLowerCase());
    const twice = projects.find((project, n) => projects.indexOf(project) < n);
    if (twice !== undefined) context.addIssue(`"${twice}" is there twice`);
  });
