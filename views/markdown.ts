// @ts-types="@types/markdown-it"
import MarkdownIt from "markdown-it";
import { cut, plain } from "@/views/plain.ts";

/** Longer texts are shown as written. */
export const MAX_MARKDOWN = 200_000;

const REL = "nofollow noopener noreferrer";

// Linear in the length of the text: micromark took 38 s for 64 KB of `*a_ `, this 0.04 s.
const markdownIt = new MarkdownIt({ html: false, linkify: true });
markdownIt.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
markdownIt.validateLink = (url) => /^(https?:|mailto:|#|\/(?!\/))/i.test(url.trim());
markdownIt.core.ruler.push("tame", ({ tokens }) => tokens.forEach(tame));

/** Headings go below the page's own two levels, links pass nothing on, images become links. */
function tame(token: ReturnType<typeof markdownIt.parse>[number]): void {
  if (token.type.startsWith("heading")) {
    token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 2)}`;
  }
  if (token.type === "link_open") token.attrSet("rel", REL);
  // An aligned column comes as a style attribute, which the page's policy refuses.
  const side = token.attrGet("style")?.match(/^text-align:(left|right|center)$/)?.[1];
  token.attrs = token.attrs?.filter(([name]) => name !== "style") ?? null;
  if (side) token.attrJoin("class", `to-${side}`);
  token.children?.forEach(tame);
}

// Images become links, so that nothing is loaded from outside; a link cannot hold another one.
markdownIt.renderer.rules.image = (tokens, i) => {
  const source = tokens[i].attrGet("src") ?? "";
  const label = `Image: ${tokens[i].content || source || "without address"}`;
  const { escapeHtml } = markdownIt.utils;
  const inside = opened(tokens.slice(0, i)) > 0;
  return inside || !source
    ? escapeHtml(label)
    : `<a href="${escapeHtml(source)}" rel="${REL}">${escapeHtml(label)}</a>`;
};

const opened = (tokens: { type: string }[]) =>
  tokens.reduce(
    (n, { type }) => n + (type === "link_open" ? 1 : type === "link_close" ? -1 : 0),
    0,
  );

/**
 * Markdown as HTML. Raw HTML in it is escaped, links to anything but http, https and mailto stay
 * text, and images become links.
 */
export function markdown(text: string): string {
  const known = rendered.get(text);
  if (known !== undefined) return known;
  const html = render(plain(text));
  remember(text, html);
  return html;
}

const rendered = new Map<string, string>();
/** Of texts and HTML, at two bytes a character. */
const MOST_BYTES = 16 * 1024 * 1024;
let kept_bytes = 0;

const bytesOf = (text: string, html: string): number => 2 * (text.length + html.length);

function remember(text: string, html: string): void {
  kept_bytes += bytesOf(text, html);
  rendered.set(text, html);
  for (const [oldest, its_html] of rendered) {
    if (kept_bytes <= MOST_BYTES) return;
    rendered.delete(oldest);
    kept_bytes -= bytesOf(oldest, its_html);
  }
}

export const markdownKept = () => ({
  texts: rendered.size,
  bytes: [...rendered].reduce((sum, [text, html]) => sum + bytesOf(text, html), 0),
  most_bytes: MOST_BYTES,
});

function render(text: string): string {
  return text.length > MAX_MARKDOWN ? asWritten(text) : markdownIt.render(text);
}

function asWritten(text: string): string {
  const { text: shown, left_out } = cut(text, MAX_MARKDOWN);
  const note = left_out > 0 ? `<p>… and ${left_out} more characters.</p>` : "";
  return `<pre class="as-written">${markdownIt.utils.escapeHtml(shown)}</pre>${note}`;
}
