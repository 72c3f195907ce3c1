import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";

/** A part as HTML text. */
export const html = (part: VNode): string => renderToString(part);

/** A whole page as HTML text. */
export const page = (document: VNode): string => `<!DOCTYPE html>\n${renderToString(document)}`;
