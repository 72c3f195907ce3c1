import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerPage, answerPart } from "@/server/pages/answer.ts";
import { formFields } from "@/server/pages/form.ts";
import { mayOf } from "@/server/pages/may.ts";
import { shownRepository } from "@/server/shown.ts";
import { allowFetching } from "@/server/verbs/repositories/allow.ts";
import { repositoryViews } from "@/server/verbs/repositories/find.ts";
import { lookAtRepository } from "@/server/verbs/repositories/look.ts";
import {
  RepositoriesBody,
  type RepositoriesData,
  RepositoriesPage,
} from "@/views/pages/repositories.tsx";

export const showRepositories = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPage(c, <RepositoriesPage {...await read(c, deps)} />);

export const showRepositoryList = (deps: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerPart(c, <RepositoriesBody {...await read(c, deps)} />);

async function read(c: AppContext, deps: AppDeps): Promise<RepositoriesData> {
  const views = await repositoryViews(deps);
  return {
    principal: c.get("principal"),
    may: mayOf(c),
    repositories: views.map((view) => shownRepository(deps, view)),
    patterns: deps.config.repositories,
    now: new Date(),
  };
}

export const look = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { repository } = await formFields(c, ["repository"]);
  await lookAtRepository(deps, c.get("principal"), { repository });
  return c.redirect("/repositories", 303);
};

/** A box that is not ticked is not sent. */
export const save = (deps: AppDeps) => async (c: AppContext): Promise<Response> => {
  const { repository, ...boxes } = await formFields(c, ["repository", "submodules", "lfs"]);
  const settings = { submodules: boxes.submodules !== "", lfs: boxes.lfs !== "" };
  await allowFetching(deps, c.get("principal"), { repository, ...settings });
  return c.redirect("/repositories", 303);
};
