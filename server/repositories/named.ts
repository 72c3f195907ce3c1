import { type MappedProject, readMapping, readRepository } from "@/db/nouns/repository_name.ts";
import type { WebhookRow } from "@/db/nouns/webhook.ts";
import type { RepositoryRef } from "@/db/nouns/workflow.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";

/** What cannot be read any more counts as not there. */
export function repositoryOf(text: string | null): RepositoryRef | null {
  const read = text === null ? null : readRepository(text);
  return read?.ok ? read.repository : null;
}

export const mappingOf = ({ repositories }: Pick<WebhookRow, "repositories">): MappedProject[] =>
  repositories.map(readMapping).flatMap((read) => "problem" in read ? [] : read);

/** Every repository that one of these webhooks names, or a command of one. */
export const namedBy = (webhooks: Webhook[]): RepositoryRef[] =>
  webhooks.flatMap(({ repositories: { mapping, fallback }, commands }) => [
    ...mapping.map(({ repository }) => repository),
    ...[fallback, ...commands.map(({ repository }) => repositoryOf(repository))]
      .filter((one) => one !== null),
  ]);
