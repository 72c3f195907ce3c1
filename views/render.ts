import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";

export const html = (part: VNode): string => renderToString(part);

export const page = (document: VNode): string => `<!DOCTYPE html>\n${renderToString(document)}`;
