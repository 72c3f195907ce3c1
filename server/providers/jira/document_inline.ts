import { z } from "zod";

const text = z.string().nullish().catch(null);
const record = <T extends z.ZodRawShape>(shape: T) => z.object(shape).nullish().catch(null);

/** A wrong type takes one field away, never the text beside it. */
export const adfNode = z.object({
  type: z.string().catch(""),
  text,
  marks: z.array(z.object({ type: z.string(), attrs: record({ href: text }) })).nullish()
    .catch(null),
  attrs: record({
    id: text,
    text,
    title: text,
    alt: text,
    url: text,
    shortName: text,
    timestamp: z.union([z.string(), z.number()]).transform(String).nullish().catch(null),
    state: text,
    data: record({ url: text, name: text }),
  }),
  content: z.array(z.unknown()).nullish().catch(null),
});
export type AdfNode = z.infer<typeof adfNode>;

/** The node's own words; names of people whom it mentions go into `people`. */
export function inlineText(node: AdfNode, people: Map<string, string>): string {
  const { type, attrs } = node;
  switch (type) {
    case "text":
      return marked(node);
    case "hardBreak":
      return "\n";
    case "mention":
      return mention(attrs, people);
    case "emoji":
      return attrs?.text ?? attrs?.shortName ?? "";
    case "date":
      return day(attrs?.timestamp ?? "");
    case "placeholder":
      // shown in the editor alone: nobody who reads the text sees it
      return "";
    case "inlineCard":
    case "blockCard":
    case "embedCard":
      return address(attrs?.url ?? attrs?.data?.url ?? "") || (attrs?.data?.name ?? "");
    default:
      return [node.text, attrs?.text, attrs?.title, attrs?.alt, address(attrs?.url ?? "")]
        .filter(Boolean).join(" ");
  }
}

function marked({ text: written, marks }: AdfNode): string {
  const words = written ?? "";
  if (words === "") return "";
  if (marks?.some(({ type }) => type === "code")) return mono(words);
  const href = address(marks?.find(({ type }) => type === "link")?.attrs?.href ?? "");
  return href === "" || words.trim() === href ? words : `${words} (${href})`;
}

const LONGEST_MONO = 900;

/** Code in a line, which may not end before its end: what follows would be read as words. */
const mono = (code: string): string =>
  code.includes("\n") || code.length > LONGEST_MONO
    ? `{noformat}${code.replace(/\{(?=noformat)/gi, "\\{")}{noformat}`
    : `{{${code.replace(/\}(?=\})/g, "}\\")}}}`;

function mention(attrs: AdfNode["attrs"], people: Map<string, string>): string {
  const name = attrs?.text ?? "";
  if (!attrs?.id) return name;
  const id = attrs.id.replace(/[\s\[\]]/g, "_");
  const written = `[~accountid:${id}]`;
  if (name !== "") people.set(written, name.replace(/^@/, ""));
  return written;
}

const MAX_ADDRESS = 2000;

/** Without a blank: nobody sees where a link leads, so no command may be written there. */
const address = (href: string): string =>
  href.slice(0, MAX_ADDRESS).replace(/[\s\p{Cc}]/gu, (c) => encodeURIComponent(c));

function day(timestamp: string): string {
  const at = new Date(/^-?\d{1,16}$/.test(timestamp) ? Number(timestamp) : NaN);
  return Number.isNaN(at.getTime()) ? timestamp : at.toISOString().slice(0, 10);
}
