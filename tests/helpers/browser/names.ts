// deno-lint-ignore-file no-explicit-any -- the function runs in the page, where there is a DOM
import type { Page } from "playwright-core";

/**
 * Controls that a screen reader could not name, ids that are there twice, and descriptions that are
 * nowhere.
 */
export const nameless = (page: Page): Promise<string[]> => page.evaluate(findNameless);

function findNameless(): string[] {
  const { document } = globalThis as any;
  const found: string[] = [];
  const ids = new Set<string>();
  for (const { id } of document.querySelectorAll("[id]")) {
    if (ids.has(id)) found.push(`the id ${id} is there twice`);
    ids.add(id);
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (e.labels.length === 0 && !e.ariaLabel) found.push(`no label: ${e.outerHTML.slice(0, 80)}`);
  }
  for (const e of document.querySelectorAll("a[href], button, summary")) {
    if (!e.textContent.trim() && !e.ariaLabel) found.push(`no name: ${e.outerHTML.slice(0, 80)}`);
  }
  for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    const named = `${e.getAttribute("aria-describedby") ?? ""} ${
      e.getAttribute("aria-labelledby") ?? ""
    }`;
    for (const id of named.trim().split(/\s+/)) {
      if (!ids.has(id)) found.push(`nothing has the id ${id}`);
    }
  }
  return found;
}
