import type { Repository } from "@/db/nouns/repository.ts";
import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import type { May } from "@/views/may.ts";
import { Empty } from "@/views/parts/empty.tsx";
import { RepositoryCard } from "@/views/parts/repository_card.tsx";
import { plain } from "@/views/plain.ts";

export interface RepositoriesData {
  principal: Principal;
  may: May;
  repositories: Omit<Repository, "repository_id">[];
  /** REPOSITORIES; null: it is not set. */
  patterns: string[] | null;
  now: Date;
}

export function RepositoriesPage(data: RepositoriesData) {
  return (
    <Layout
      title="Repositories"
      principal={data.principal}
      section="repositories"
      page="repositories"
    >
      <h1>Repositories</h1>
      <p class="about">
        {data.patterns
          ? `Tasks may use what REPOSITORIES allows: ${plain(data.patterns.join(", "))}.`
          : "Tasks may use those that a webhook or command names, and the one that an event comes from."}
        {" "}
        What may be done in each is asked when a task first uses it.
      </p>
      <RepositoriesBody {...data} />
    </Layout>
  );
}

const POLLING = {
  "hx-get": "/repositories/list",
  "hx-trigger": "every 2s",
  "hx-swap": "outerMorph",
} as const;

/** Reads itself again while somebody waits for a look. */
export function RepositoriesBody({ repositories, may, now }: RepositoriesData) {
  const waits = repositories.some(({ look_wanted_at }) => look_wanted_at !== null);
  return (
    <section
      id="repositories"
      aria-label="List"
      {...waits ? POLLING : {}}
    >
      {repositories.length === 0
        ? (
          <Empty title="No repository is known yet.">
            <p>Name one in a webhook's settings, or ask for something where it is kept.</p>
          </Empty>
        )
        : (
          <ul class="flow-cards">
            {repositories.map((one) => (
              <RepositoryCard
                key={`${one.provider}:${one.name}`}
                repository={one}
                may={may}
                now={now}
              />
            ))}
          </ul>
        )}
    </section>
  );
}
