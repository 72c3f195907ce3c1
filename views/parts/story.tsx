import type { Flow, TimelineEntry, TimelineKind } from "@/db/nouns/flow.ts";
import { Moment } from "@/views/parts/time.tsx";
import { oneLine, webAddress } from "@/views/plain.ts";

const PATHS: Partial<Record<TimelineKind, string>> = {
  delivery: "/deliveries/",
  task: "/tasks/",
  plan: "/approvals/",
  approval: "/approvals/",
};

/** What happened, the oldest first, with what is linked. */
export function Story({ flow, timeline }: { flow: Flow; timeline: TimelineEntry[] }) {
  const titles = new Map(flow.linked.map(({ flow_id, title }) => [flow_id, title]));
  if (timeline.length === 0) return <p class="muted">Nothing has happened yet.</p>;
  return (
    <section aria-labelledby="story-title">
      <h2 id="story-title">What happened</h2>
      <ol class="story">
        {timeline.map((entry) => (
          <li key={`${entry.kind}-${entry.id}-${entry.text}`} data-kind={entry.kind}>
            <Moment at={entry.at} />
            <span>
              <b>{entry.kind.replace("_", " ")}</b>{" "}
              <Text entry={entry} link={linkOf(flow, entry)} />
              {titles.has(entry.flow_id) && (
                <span class="sub-line">
                  in{" "}
                  <a href={`/flows/${entry.flow_id}`}>{oneLine(titles.get(entry.flow_id)!, 80)}</a>
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Of what stands here, and of this flow's newest pull request. */
function linkOf({ pull_request }: Flow, { kind, id, text }: TimelineEntry): string | null {
  const path = PATHS[kind];
  if (path) return path + id;
  const is_newest = kind === "pull_request" && pull_request &&
    text.includes(`#${pull_request.number} `);
  return is_newest ? webAddress(pull_request.url) : null;
}

function Text({ entry, link }: { entry: TimelineEntry; link: string | null }) {
  const line = oneLine(entry.text, 300);
  if (!link) return <span dir="auto">{line}</span>;
  const rel = link.startsWith("/") ? undefined : "nofollow noopener noreferrer";
  return <a href={link} rel={rel} dir="auto">{line}</a>;
}
