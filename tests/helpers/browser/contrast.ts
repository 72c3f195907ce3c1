// deno-lint-ignore-file no-explicit-any -- the function runs in the page, where there is a DOM
import type { Page } from "playwright-core";

/** Texts that stand out from what is behind them by less than WCAG AA asks, at most one of a kind. */
export const faintTexts = (page: Page): Promise<string[]> => page.evaluate(findFaintTexts);

function findFaintTexts(): string[] {
  const { document, getComputedStyle, NodeFilter } = globalThis as any;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  // Colours come as rgb(), oklch(), color-mix(): the canvas reads them all.
  const rgba = (color: string): number[] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (channels: number[]) => {
    const [r, g, b] = channels.map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: any): number[] => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] > 250) return color;
    }
    return rgba(getComputedStyle(document.documentElement).backgroundColor);
  };
  const found = new Map<string, string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const color = element.closest("svg") ? style.fill : style.color;
    const [a, b] = [light(rgba(color).slice(0, 3)), light(behind(element).slice(0, 3))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const kind = `${element.tagName}.${element.className.baseVal ?? element.className}`;
    if (ratio < 4.5) found.set(kind, `${kind} ${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  return [...found.values()];
}
