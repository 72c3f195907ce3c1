interface Change {
  find: string;
  put: string;
}

// What pg-boss has for one queue is for each that a job names; the rest is its own.
const CHANGES: Change[] = [
  { find: "'queue' as name", put: "j.queue as name" },
  { find: "q.name = 'queue'", put: "q.name = j.queue" },
  { find: "id uuid,", put: "id uuid, queue text," },
  { find: "RETURNING id, start_after", put: "RETURNING id, start_after, name" },
  { find: "SELECT id FROM ins WHERE", put: "SELECT count(*) INTO sent FROM ins WHERE" },
  { find: "FROM notified) <", put: "FROM notified) >=" },
];
// One wake-up for each queue that something went to.
const NOTIFIED = /, 'queue'\)(\s+FROM ins WHERE start_after <= [\w.]+\(\)) LIMIT 1/;

/** In plpgsql its plan is kept. Throws when pg-boss has changed: look at what is replaced here. */
export function senderOf(inserts: Map<string, string>): string {
  const texts = new Set(
    [...inserts].map(([name, text]) => text.replaceAll(`'${name}'`, "'queue'")),
  );
  const [text] = texts;
  if (texts.size !== 1) throw changed("its queues are not inserted alike");
  if (!NOTIFIED.test(text)) throw changed("its NOTIFY is not where it was");
  const insert = CHANGES.reduce(changedOnce, text.replace(NOTIFIED, ", name)$1 GROUP BY name"));
  return `create or replace function send_jobs(text) returns bigint language plpgsql as $send$
    declare sent bigint;
    begin ${insert}; return sent; end $send$`;
}

function changedOnce(text: string, { find, put }: Change): string {
  const parts = text.split(find);
  if (parts.length === 2) return parts.join(put);
  throw changed(`"${find}" is there ${parts.length - 1} times`);
}

const changed = (what: string) =>
  new Error(`pg-boss has changed: ${what}. Look into db/queue/sender.ts.`);
