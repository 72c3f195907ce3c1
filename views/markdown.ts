import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { cut, plain } from "@/views/plain.ts";

/** Longer than this, a text is shown as it was written: rendering takes 2.7 ms per kilobyte. */
export const MAX_MARKDOWN = 30_000;

/**
 * Markdown as HTML. Raw HTML in it is escaped, links with another protocol than http, https, irc,
 * mailto or xmpp lose their address, and images become links: nothing is loaded from outside.
 */
export function markdown(text: string): string {
  const known = rendered.get(text);
  if (known !== undefined) return known;
  const html = render(plain(text));
  remember(text, html);
  return html;
}

// What was said does not change, and the same page is asked for again and again.
const rendered = new Map<string, string>();
const MOST_KEPT = 500;

function remember(text: string, html: string): void {
  if (rendered.size >= MOST_KEPT) rendered.delete(rendered.keys().next().value!);
  rendered.set(text, html);
}

function render(text: string): string {
  if (text.length > MAX_MARKDOWN) return asWritten(text);
  return tamed(micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()] }));
}

const LONGEST = 200_000;

function asWritten(text: string): string {
  const { text: shown, left_out } = cut(text, LONGEST);
  const note = left_out > 0 ? `<p>… and ${left_out} more characters.</p>` : "";
  return `<pre class="as-written">${escape(shown)}</pre>${note}`;
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string) => text.replace(/[&<>"]/g, (c) => ESCAPES[c]);

// micromark escapes & < > and " in all text and attributes, so each of these is a tag of its own.
const TAGS = /<a ([^>]*)>|<\/a>|<img src="([^"]*)" alt="([^"]*)"[^>]*>|<(\/?)h([1-6])/g;
const REL = 'rel="nofollow noopener noreferrer"';

function tamed(html: string): string {
  let in_link = false;
  return html.replace(TAGS, (tag, link?: string, src?: string, alt?: string, end?, level?) => {
    // The page has the first two levels.
    if (level) return `<${end}h${Math.min(6, Number(level) + 2)}`;
    if (link !== undefined) {
      in_link = true;
      return `<a ${link.replace('href=""', "")} ${REL}>`;
    }
    if (src === undefined) {
      in_link = false;
      return tag;
    }
    const label = `Image: ${alt || src || "without address"}`;
    return in_link || !src ? label : `<a href="${src}" ${REL}>${label}</a>`;
  });
}
