/** Which repository work is about: named by what came in, by people or settings, never guessed. */
import { isName, readRepository, repositoryText } from "@/db/nouns/repository_name.ts";
import type { RepositoryRef } from "@/db/nouns/workflow.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { isAllowed } from "@/server/repositories/allowed.ts";
import { placeIn } from "@/server/repositories/asked_place.ts";
import { hosts } from "@/server/repositories/hosts.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

export type Chosen =
  | { repository: RepositoryRef; note: string | null }
  | { repository: null; reason: string; words: string };

interface Asking {
  webhook: Pick<Webhook, "provider" | "repositories" | "command_prefix">;
  event: Pick<DeliveryEvent, "container" | "object">;
  command: { name: string; repository: string | null };
  args: string;
}

/** The payload's own one, else the asker's, the command's, the project's, the webhook's. */
export function chooseRepository(asking: Asking): Chosen {
  const own = ownOf(asking);
  const { text, asked } = askedFor(asking);
  if (own) {
    const differs = asked !== null && asked.name.toLowerCase() !== own.name.toLowerCase();
    const note = differs ? `the work is about ${own.name}, where it was asked for` : null;
    return allowed(asking, own, own, note);
  }
  if (asked && "problem" in asked) return refused(`\`${text}\` ${asked.problem}.`);
  if (asked) return allowed(asking, asked, null, null);
  const settled = configured(asking);
  if (settled) {
    const note = text && `\`${text}\` names no repository that tasks may use: read as words`;
    return allowed(asking, settled, null, note);
  }
  return text === null ? unknown(asking) : refused(notAmong(text));
}

function ownOf({ webhook: { provider }, event: { container } }: Asking): RepositoryRef | null {
  if (!provider.repositories || !container || !isName(container.name)) return null;
  return { provider: provider.name, name: container.name, branch: null };
}

type AskedFor =
  | { text: string; asked: RepositoryRef | { problem: string; name: string } | null }
  | { text: null; asked: null };

/** Without its service a name may be a path: it counts where tasks may use it. */
function askedFor({ args, webhook: { repositories } }: Asking): AskedFor {
  const text = placeIn(args);
  if (text === null) return { text, asked: null };
  const is_explicit = /^[a-z][a-z0-9_]*:/.test(text);
  if (is_explicit) {
    const read = readRepository(text);
    return { text, asked: read.ok ? read.repository : { problem: read.problem, name: text } };
  }
  const candidates = hosts().map((host) => readRepository(text, host))
    .flatMap((read) => read.ok && isAllowed(read.repository, repositories) ? read.repository : []);
  return { text, asked: candidates[0] ?? null };
}

function configured({ command, webhook: { repositories }, event }: Asking): RepositoryRef | null {
  if (command.repository !== null) {
    const read = readRepository(command.repository);
    if (read.ok) return read.repository;
  }
  const names = projectNames(event);
  const mapped = repositories.mapping.find(({ project }) => names.has(project.toLowerCase()));
  return mapped?.repository ?? repositories.fallback;
}

/** `SHOP` of `SHOP-12`, the channel of `C1:1700.1`, and what the container is called. */
function projectNames({ container, object }: Asking["event"]): Set<string> {
  const names = [
    container?.id,
    container?.name,
    /^(.{1,100})-\d+$/.exec(object?.name ?? "")?.[1],
    object?.id.split(":")[0],
  ];
  return new Set(names.flatMap((name) => name ? name.toLowerCase() : []));
}

function allowed(
  { webhook: { repositories } }: Asking,
  repository: RepositoryRef,
  own: RepositoryRef | null,
  note: string | null,
): Chosen {
  if (!hosts().includes(repository.provider)) {
    return refused(`There are no repositories at ${repository.provider}, only at ${hosts()}.`);
  }
  if (isAllowed(repository, repositories, own)) return { repository, note };
  return refused(notAmong(repositoryText(repository)));
}

const notAmong = (text: string): string =>
  `\`${text}\` is not among the repositories that tasks may use: ` +
  "somebody who runs this can add it to REPOSITORIES, or to the webhook's settings.";

const refused = (words: string): Chosen => ({ repository: null, reason: words, words });

function unknown({ webhook: { command_prefix }, command: { name } }: Asking): Chosen {
  return {
    repository: null,
    reason: "nothing says which repository it is about: neither the event, nor its author, nor " +
      "the settings of the command and the webhook",
    words: `Which repository is this about? Say it once more with its name at the end: ` +
      `\`${command_prefix} ${name} … in github:owner/name\`, with \`@branch\` behind it for ` +
      "another branch than the default one.",
  };
}
