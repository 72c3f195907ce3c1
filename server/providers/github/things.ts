import { z } from "zod";

/** Something odd counts as missing: it must not make the delivery unreadable. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const word = maybe(z.string().max(100));
const text = maybe(z.string());
const id = maybe(z.union([z.int().positive(), z.string().min(1).max(100)]));

const thing = maybe(z.object({ id, number: id, name: text, title: text, tag_name: text }));
const advisory = maybe(z.object({ ghsa_id: word, summary: text }));

const things = z.object({
  id,
  alert: thing,
  blocked_user: thing,
  comment: maybe(z.object({ commit_id: word })),
  deployment: thing,
  forkee: thing,
  hook_id: id,
  installation: thing,
  key: thing,
  label: thing,
  marketplace_purchase: maybe(z.object({ account: thing })),
  member: thing,
  membership: maybe(z.object({ user: thing })),
  merge_group: maybe(z.object({ head_sha: word })),
  milestone: thing,
  organization: thing,
  package: thing,
  personal_access_token_request: thing,
  project: thing,
  project_card: thing,
  project_column: thing,
  projects_v2: thing,
  projects_v2_item: thing,
  projects_v2_status_update: thing,
  registry_package: thing,
  release: thing,
  repository: thing,
  repository_advisory: advisory,
  repository_ruleset: thing,
  rule: thing,
  security_advisory: advisory,
  sponsorship: maybe(z.object({ node_id: word })),
  team: thing,
});
type Things = z.infer<typeof things>;

export interface Thing {
  id: string;
  kind: string;
  title: string;
  path: string | null;
}

const PLACES: Record<string, (said: Things) => Thing | null> = {
  branch_protection_rule: ({ rule }) => named("branch_protection_rule", rule?.id, rule?.name),
  code_scanning_alert: ({ alert }) => named("code_scanning_alert", alert?.number),
  commit_comment: ({ comment }) => commit(comment?.commit_id),
  dependabot_alert: ({ alert }) => named("dependabot_alert", alert?.number),
  deploy_key: ({ key }) => named("deploy_key", key?.id, key?.title),
  deployment: ({ deployment }) => named("deployment", deployment?.id),
  deployment_protection_rule: ({ deployment }) => named("deployment", deployment?.id),
  deployment_status: ({ deployment }) => named("deployment", deployment?.id),
  fork: ({ forkee }) => named("fork", forkee?.id, forkee?.name),
  installation: ({ installation }) => named("installation", installation?.id),
  installation_repositories: ({ installation }) => named("installation", installation?.id),
  installation_target: ({ installation }) => named("installation", installation?.id),
  label: ({ label }) => named("label", label?.id, label?.name),
  marketplace_purchase: (said) => named("account", said.marketplace_purchase?.account?.id),
  member: ({ member }) => named("user", member?.id),
  membership: ({ team, member }) =>
    named("team", team?.id, team?.name) ?? named("user", member?.id),
  merge_group: ({ merge_group }) => commit(merge_group?.head_sha),
  meta: ({ hook_id }) => named("hook", hook_id),
  milestone: ({ milestone }) => named("milestone", milestone?.id, milestone?.title),
  org_block: ({ blocked_user }) => named("user", blocked_user?.id),
  organization: ({ organization, membership }) =>
    named("user", membership?.user?.id) ?? named("organization", organization?.id),
  package: (said) => named("package", said.package?.id, said.package?.name),
  page_build: ({ id }) => named("page_build", id),
  personal_access_token_request: (said) =>
    named("personal_access_token_request", said.personal_access_token_request?.id),
  project: ({ project }) => named("project", project?.id, project?.name),
  project_card: ({ project_card }) => named("project_card", project_card?.id),
  project_column: ({ project_column }) =>
    named("project_column", project_column?.id, project_column?.name),
  projects_v2: ({ projects_v2 }) => named("projects_v2", projects_v2?.id, projects_v2?.title),
  projects_v2_item: ({ projects_v2_item }) => named("projects_v2_item", projects_v2_item?.id),
  projects_v2_status_update: (said) =>
    named("projects_v2_status_update", said.projects_v2_status_update?.id),
  public: ({ repository }) => named("repository", repository?.id, repository?.name),
  registry_package: (said) =>
    named("package", said.registry_package?.id, said.registry_package?.name),
  release: ({ release }) => releaseOf(release),
  repository: ({ repository }) => named("repository", repository?.id, repository?.name),
  repository_advisory: (said) => advisoryOf(said.repository_advisory),
  repository_import: ({ repository }) => named("repository", repository?.id, repository?.name),
  repository_ruleset: (said) =>
    named("repository_ruleset", said.repository_ruleset?.id, said.repository_ruleset?.name),
  repository_vulnerability_alert: ({ alert }) => named("repository_vulnerability_alert", alert?.id),
  secret_scanning_alert: ({ alert }) => named("secret_scanning_alert", alert?.number),
  secret_scanning_alert_location: ({ alert }) => named("secret_scanning_alert", alert?.number),
  security_advisory: (said) => advisoryOf(said.security_advisory),
  sponsorship: ({ sponsorship }) => named("sponsorship", sponsorship?.node_id),
  team: ({ team }) => named("team", team?.id, team?.name),
  team_add: ({ team }) => named("team", team?.id, team?.name),
};

/** The thing that an event of this name is about; null where it is none that comes again. */
export function thingOf(name: string, payload: unknown): Thing | null {
  return Object.hasOwn(PLACES, name) ? PLACES[name](things.parse(payload)) : null;
}

type Maybe<T> = T | null | undefined;

function named(kind: string, id: Maybe<string | number>, title?: Maybe<string>): Thing | null {
  return id ? { id: `/${kind}/${id}`, kind, title: title || `${kind} ${id}`, path: null } : null;
}

function releaseOf(release: Things["release"]): Thing | null {
  const tag = release?.tag_name;
  const found = named("release", release?.id, release?.name || tag);
  return found && { ...found, path: tag ? `/releases/tag/${encodeURIComponent(tag)}` : null };
}

const advisoryOf = (said: Things["security_advisory"]): Thing | null =>
  named("advisory", said?.ghsa_id, said?.summary);

const commit = (sha: Maybe<string>): Thing | null =>
  sha ? { id: `@${sha}`, kind: "commit", title: sha, path: null } : null;
