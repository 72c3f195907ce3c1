import { oneLine } from "@/views/plain.ts";

interface Outside {
  provider: string;
  external_id: string;
  url: string | null;
}

const THING =
  /^https?:\/\/[^/]+\/([^?#]+?)\/(?:-\/)?(issues|pull|merge_requests|discussions)\/(\d+)/;

/** What people call the outside thing: `github owner/name#7`, which its id may not say. */
export function flowName({ provider, external_id, url }: Outside): string {
  const [, home, kind, number] = THING.exec(url ?? "") ?? [];
  const sign = kind === "merge_requests" ? "!" : "#";
  return oneLine(`${provider} ${home ? `${home}${sign}${number}` : external_id}`, 100);
}
