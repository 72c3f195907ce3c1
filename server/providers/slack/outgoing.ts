import { prepareMarkdown } from "@/server/providers/markdown_out.ts";
import type { Answer, Button, Outgoing } from "@/server/providers/provider.ts";
import type { Metadata } from "./schema.ts";

/** Slack answers `msg_too_long` above this, for `markdown_text` and for a `markdown` block. */
export const MAX_PART = 12_000;
const MAX_SECTION = 3000;
const MAX_ANSWER = 30_000;
const MAX_FALLBACK = 1000;
const MAX_BUTTONS = 25;
const MAX_LABEL = 75;
const MAX_VALUE = 2000;
const MAX_ACTION_ID = 255;

/** What notifies people: Slack reads these in code as well. */
const LOUD = /<(?=!(?:channel|here|everyone|group|subteam\^)|@[UWB][A-Z0-9]{2})/gi;
const HEAD = /^<!-- (agent:[^\s<>]{1,200}) -->\n/;
const METADATA_TYPE = "agent_reply";

/** Text of ours as parts. The marker goes before each as in other Markdown; the sender takes it
 * off and posts it as the message's metadata, where people do not see it. */
export function prepareSlack(text: string, options: Outgoing): string[] {
  return prepareMarkdown(quiet(text), options, { limit: MAX_PART });
}

export function answerSlack(text: string): Answer {
  const body = { response_type: "ephemeral", text: quiet(cutAt(text, MAX_ANSWER)) };
  return { content_type: "application/json", body: JSON.stringify(body) };
}

/** Breaks up what notifies people. */
export const quiet = (text: string): string => text.replace(LOUD, "<\u200b");

export interface Part {
  text: string;
  metadata: { event_type: string; event_payload: { marker: string } } | null;
}

export function readPart(body: string): Part {
  const found = HEAD.exec(body);
  if (!found) return { text: body, metadata: null };
  const event_payload = { marker: found[1] };
  return {
    text: body.slice(found[0].length),
    metadata: { event_type: METADATA_TYPE, event_payload },
  };
}

export function markerIn(metadata: Metadata): string | null {
  const marker = metadata?.event_type === METADATA_TYPE && metadata.event_payload?.marker;
  return typeof marker === "string" && marker.startsWith("agent:") ? marker.slice(6) : null;
}

/** The part as blocks of Markdown: what an update puts in the place of whatever was there. */
export function markdownBlocks(text: string, buttons: Button[]) {
  return [{ type: "markdown", text: text || " " }, ...actionBlocks(buttons)];
}

/** The part as it is written: Slack makes a block of each heading, rule and table, takes fifty
 * in all, and refuses Markdown that has more. */
export function plainBlocks(text: string, buttons: Button[]) {
  const sections = slices(escaped(text), MAX_SECTION)
    .map((slice) => ({ type: "section", text: { type: "mrkdwn", text: slice } }));
  return [...sections, ...actionBlocks(buttons)];
}

function actionBlocks(buttons: Button[]) {
  const elements = buttons.slice(0, MAX_BUTTONS).map(buttonElement);
  return elements.length > 0 ? [{ type: "actions", block_id: "agent", elements }] : [];
}

export const buttonElement = ({ action_id, label, value, style }: Button) => ({
  type: "button",
  action_id: action_id.slice(0, MAX_ACTION_ID),
  text: { type: "plain_text", text: cutAt(label, MAX_LABEL) },
  value: cutAt(value, MAX_VALUE),
  ...(style ? { style } : {}),
});

/** What notifications show of a message that is made of blocks. */
export const fallbackText = (text: string): string => escaped(cutAt(text, MAX_FALLBACK));

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Pieces on line ends where there are some; neither a character nor an entity is cut. */
function slices(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text.trimEnd();
  while (rest.length > limit) {
    const line_end = rest.lastIndexOf("\n", limit);
    const piece = line_end > limit / 2
      ? rest.slice(0, line_end)
      : cutAt(rest, limit).replace(/&[a-z]{0,3}$/, "");
    pieces.push(piece);
    rest = rest.slice(piece.length).replace(/^\n/, "");
  }
  return pieces.concat(rest || " ");
}

/** At most `limit` characters, the last one whole. */
export function cutAt(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
}
