/** A card as blocks. Whatever it holds, the message stays within what Slack takes: what is too long
 * is cut, with a link to where all of it is. Pure. */
import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Button, Card } from "@/server/providers/provider.ts";
import { calm, cutMrkdwn, hush, linkTo, MAX_LINK, mention, shares } from "./mrkdwn.ts";
import { buttonElement, cutAt, quiet } from "./outgoing.ts";

const MAX_HEADER = 150;
const MAX_SECTION = 3000;
/** Of fifty blocks; the others stand around them. */
const MAX_SECTIONS = 40;
const MAX_URL = 3000;
const MAX_BUTTONS = 25;
/** Slack answers `msg_blocks_too_long` near 13,200 characters in all, which nothing documents. */
const MAX_MESSAGE = 12_000;
/** What is tried where Slack refused what is usually right. */
export const SHORT_MESSAGE = 3000;
const MAX_FALLBACK = 1000;
/** With less room its link alone would not fit. */
const LEAST_ANSWER = 2 * MAX_LINK;

type Block = Record<string, unknown>;

export function cardBlocks(card: Card, buttons: Button[], most = MAX_MESSAGE): Block[] {
  const more = card.page ? linkTo(card.page, "the rest") : "";
  const title = titleOf(card);
  const head = cutMrkdwn(headOf(card), Math.min(MAX_SECTION, most / 4), more);
  const facts = cutMrkdwn(factsOf(card), Math.min(MAX_SECTION, most / 8), "");
  const sections = card.sections.slice(0, MAX_SECTIONS).map(sectionOf);
  const answer = markdown(card, most);
  const room = shares(
    [answer.length, ...sections.map((text) => Math.min(text.length, MAX_SECTION))],
    Math.floor(most - title.length - head.length - facts.length),
  );
  const shown = room[0] < answer.length ? markdown(card, room[0]) : answer;
  return [
    ...(title ? [{ type: "header", text: { type: "plain_text", text: title, emoji: true } }] : []),
    ...(head ? [section(head)] : []),
    ...(answer ? [{ type: "markdown", text: shown }] : []),
    ...sections.map((text, n) => section(cutMrkdwn(text, room[n + 1], more))),
    ...(facts ? [{ type: "context", elements: [mrkdwn(facts)] }] : []),
    ...actions(card, buttons),
  ];
}

/** What notifications show, and what is read where blocks are not. */
export function cardText(card: Card): string {
  const said = [titleOf(card), ...card.lines].filter(Boolean).join(" · ");
  return mention(card.to) + cutMrkdwn(calm(said), MAX_FALLBACK, "");
}

const titleOf = ({ title }: Card): string =>
  cutAt(hush(title.replace(/\s+/g, " ").trim()), MAX_HEADER);

function headOf({ to, lines, decided }: Card): string {
  const said = lines.filter((line) => line.trim() !== "").map(calm);
  if (said.length > 0) said[0] = mention(to) + said[0];
  if (decided) said.push(decisionOf(decided));
  return said.join("\n");
}

function decisionOf({ what, by, via, note }: NonNullable<Card["decided"]>): string {
  // an id of ours means somebody only where it was said here
  const who = via.startsWith("slack") ? mention(by).trim() || calm(by) : calm(by);
  return `*${calm(what)}*${who && ` by ${who}`}${via && ` (${calm(via)})`}${
    note && `: ${calm(note)}`
  }`;
}

const sectionOf = ({ title, lines }: Card["sections"][number]): string =>
  [`*${calm(title)}*`, ...lines.map(calm)].join("\n");

const factsOf = ({ links, facts }: Card): string =>
  [...links.map((link) => linkTo(link, link.label)), ...facts.map(calm)].filter(Boolean)
    .join(" · ");

/** `verbatim`: without it Slack looks for names and channels to link. */
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const section = (text: string): Block => ({ type: "section", text: mrkdwn(text) });

/** The answer, or as much of it as there is room for; empty where there is none. */
function markdown({ answer, page }: Card, limit: number): string {
  const more_url = page && page.url.length <= MAX_LINK ? page.url : null;
  if (!answer?.trim()) return "";
  if (limit < LEAST_ANSWER) return "…";
  const outgoing = { marker_id: "", mentions: [], more_url };
  const how = { limit, most_parts: 1, head: () => "" };
  return prepareMarkdown(quiet(answer.trim()), outgoing, how)[0];
}

function actions({ page }: Card, buttons: Button[]): Block[] {
  const open = page && URL.canParse(page.url) && page.url.length <= MAX_URL
    ? [{
      type: "button",
      action_id: "open",
      text: { type: "plain_text", text: page.label },
      url: page.url,
    }]
    : [];
  const elements = [...buttons.slice(0, MAX_BUTTONS - 1).map(buttonElement), ...open];
  return elements.length > 0 ? [{ type: "actions", block_id: "agent", elements }] : [];
}
