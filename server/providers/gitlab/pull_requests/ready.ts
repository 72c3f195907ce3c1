import { z } from "zod";
import type { Connection, RepositoryAt } from "@/server/providers/provider.ts";
import { call } from "@/server/providers/gitlab/call.ts";
import { getOne, put } from "./open.ts";
import { bareTitle } from "./shape.ts";
import { atStage } from "./stage.ts";

const MAX_REVIEWERS = 15;
const users = z.array(z.object({ id: z.int(), username: z.string() }));

export const ready = (
  at: RepositoryAt,
  number: number,
  { reviewers }: { reviewers: string[] },
): Promise<{ not_asked: string[] }> =>
  atStage(at, `taking the draft off merge request !${number}`, async (project) => {
    const { connection } = at;
    const { draft, title, reviewers: before } = await getOne(connection, project, number);
    if (draft) await put(connection, project, number, { title: bareTitle(title) });
    const ids = await idsOf(connection, reviewers.slice(0, MAX_REVIEWERS));
    if (ids.length === 0) return { not_asked: reviewers };
    const reviewer_ids = [...new Set([...(before ?? []).map(({ id }) => id), ...ids])];
    // those who may not see it, and more than one where only one may be, are left out without a word
    const asked = (await put(connection, project, number, { reviewer_ids })).reviewers ?? [];
    return {
      not_asked: reviewers.filter((name) => !asked.some((one) => isSame(one.username, name))),
    };
  });

async function idsOf(connection: Connection, names: string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const name of names) {
    const path = `/users?username=${encodeURIComponent(name)}`;
    const user = (await call(connection, "GET", path, users))
      .find(({ username }) => isSame(username, name));
    if (user) ids.push(user.id);
  }
  return ids;
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
