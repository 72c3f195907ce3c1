/** One line for each event of a flow's timeline. Pure. */
type Data = Record<string, unknown>;

/** Empty where there is nothing to say. */
const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
const behind = (before: string, value: unknown): string =>
  text(value) === "" ? "" : `${before}${text(value)}`;
const files = (count: unknown): string => count === 1 ? "1 file" : `${text(count)} files`;

function who({ step, agent, round }: Data): string {
  const name = text(step) || text(agent);
  return typeof round === "number" && round > 1 ? `${name}, round ${round}` : name;
}

const APPROVAL_WORDS: Record<string, string> = {
  approved: "Approved",
  rejected: "Rejected",
  sent_back: "Sent back",
  expired: "Expired: nobody approved in time",
  void: "No longer valid",
};

const NEWS_WORDS: Record<string, string> = {
  decision: "a decision",
  reason: "a reason",
  asked_again: "another wish",
  merged: "a pull request that was merged",
  closed: "a pull request that was closed",
  reopened: "a pull request that was opened again",
  pushed: "new commits",
  text_edited: "an edited text",
  checks: "checks that have ended",
};

const TEXTS: Record<string, (data: Data) => string> = {
  delivery: ({ provider, event, actor, outcome, reason }) =>
    `${text(provider)} ${text(event)}${behind(" by ", actor)}` +
    (outcome === "ignored" ? `, ignored${behind(": ", reason)}` : ""),
  "task:begun": (data) => `${who(data)} was asked`,
  "task:ended": (data) =>
    `${who(data)} ${text(data.status)}` +
    (typeof data.cost_usd === "number" && data.cost_usd > 0
      ? ` ($${data.cost_usd.toFixed(2)})`
      : "") +
    behind(": ", data.error),
  plan: ({ title, risk, files: count }) => `${text(title)} (risk ${text(risk)}, ${files(count)})`,
  approval: ({ status, by, via, note }) =>
    (APPROVAL_WORDS[text(status)] ?? text(status)) + behind(" by ", by) + behind(" through ", via) +
    behind(": ", note),
  commit: ({ commit, files: count, signed, status, error }) =>
    `${text(commit).slice(0, 10)}, ${files(count)}${signed === true ? "" : ", not signed"}` +
    (status === "failed" ? behind(". It could not be sent: ", error) : ""),
  pull_request: ({ number, repository, branch }) =>
    `${text(repository)}#${text(number)} from ${text(branch)}`,
  checks: ({ checks, head }) => `Checks of ${text(head).slice(0, 10)} are ${text(checks)}`,
  news: ({ kind, provider, outcome }) =>
    `${text(provider)} told of ${NEWS_WORDS[text(kind)] ?? "something"}${behind(". ", outcome)}`,
  reply: ({ kind, provider, status, notice, error }) =>
    `${text(notice) || text(kind)} to ${text(provider)}: ${text(status)}${behind(", ", error)}`,
  end: ({ status, text: why }) => `${status === "done" ? "Done" : "Stopped"}${behind(": ", why)}`,
};

export const entryText = (kind: string, data: Data): string => TEXTS[kind]?.(data) ?? kind;
