/** Text of others within Slack's own markup: none of it calls, links or ends anything. Pure. */
import type { Card } from "@/server/providers/provider.ts";
import { cutAt, escaped, quiet } from "./outgoing.ts";

const ZERO_WIDTH_SPACE = "\u200b";
const PERSON = /^[UW][A-Z0-9]{2,20}$/;
/** A longer one would take the room of what is said. */
export const MAX_LINK = 1000;
const ELLIPSIS = "…";

/** As it was written, but that `@here`, `<!channel>` and the like are words. */
export const hush = (text: string): string =>
  quiet(text.toWellFormed()).replace(
    /(?<![a-z0-9])@(?=[a-z0-9])/gi,
    `@${ZERO_WIDTH_SPACE}`,
  );

/** The same for what Slack reads as its markup. */
export const calm = (text: string): string => escaped(hush(text));

/** Names a person by their id, and nobody by anything else. */
export const mention = (id: string | null): string =>
  id !== null && PERSON.test(id) ? `<@${id}> ` : "";

/** Empty for what is no address of a page. */
export function linkTo({ url }: NonNullable<Card["page"]>, label: string): string {
  if (!/^https?:\/\//i.test(url) || url.length > MAX_LINK) return "";
  const address = url.replace(/[<>|\s]/g, (mark) => encodeURIComponent(mark));
  return `<${address.replaceAll("&", "&amp;")}|${calm(label.replaceAll("|", "/"))}>`;
}

/** At most `limit` characters, on the end of a line where one is near; `more` stands where it was
 * cut. Neither a character nor an entity is cut in two. */
export function cutMrkdwn(text: string, limit: number, more: string): string {
  if (text.length <= limit) return text;
  const end = more ? `${ELLIPSIS} ${more}` : ELLIPSIS;
  if (limit < 2 * end.length) return cutAt(ELLIPSIS, limit);
  const room = Math.floor(limit) - end.length - 1;
  const line_end = text.lastIndexOf("\n", room);
  const kept = line_end > room / 2
    ? text.slice(0, line_end)
    : cutAt(text, room).replace(/&[a-z]{0,3}$/, "").replace(/\u200d+$/, "");
  return `${kept}\n${end}`;
}

/** Room for each of these lengths: what short ones leave is for the long ones. */
export function shares(lengths: number[], room: number): number[] {
  const given: number[] = new Array(lengths.length).fill(0);
  const order = lengths.map((_, n) => n).toSorted((a, b) => lengths[a] - lengths[b]);
  let left = Math.max(0, room);
  order.forEach((n, before) => {
    given[n] = Math.min(lengths[n], Math.floor(left / (order.length - before)));
    left -= given[n];
  });
  return given;
}
