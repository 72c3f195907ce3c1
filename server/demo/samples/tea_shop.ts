import { join } from "node:path";
import { makeRepository } from "@/server/demo/git_backend.ts";

const NAME = "harbour/tea-shop";
const FILES = {
  "README.md": "# Tea shop\n\nA small shop that sells tea. The checkout is in `src/checkout.ts`.\n",
  "src/checkout.ts": `import { roundCents } from "./money.ts";

export interface Line {
  price: number;
  quantity: number;
}

/** What a basket costs, after coupon and gift card. */
export function total(lines: Line[], coupon: number, giftCard: number): number {
  const sum = lines.reduce((all, line) => all + roundCents(line.price * line.quantity), 0);
  const reduced = sum - coupon;
  return giftCard > 0 ? Math.max(0, reduced - coupon - giftCard) : reduced;
}
`,
  "src/money.ts": `/** Whole cents, half a cent up. */
export const roundCents = (amount: number): number => Math.round(amount * 100) / 100;
`,
};

const PULL_14 = FILES["src/checkout.ts"]
  .replace(
    "all + roundCents(line.price * line.quantity), 0)",
    "all + line.price * line.quantity, 0)",
  )
  .replace(": reduced;", ": roundCents(reduced);");

/** The repository that the samples are about, with pull request 14, below `folder`, once. */
export async function makeTeaShop(folder: string): Promise<void> {
  if (await Deno.stat(join(folder, `${NAME}.git`)).catch(() => null)) return;
  const write = (path: string, text: string) =>
    `mkdir -p "$(dirname '${path}')" && cat > '${path}' <<'END_OF_FILE'\n${text}END_OF_FILE\n`;
  const files = Object.entries(FILES).map(([path, text]) => write(path, text)).join("");
  await makeRepository(
    folder,
    NAME,
    `${files}git add . && git commit -qm "Sell tea"
git checkout -q -b pull
${write("src/checkout.ts", PULL_14)}git commit -qam "Round totals once, at the end"
git update-ref refs/pull/14/head HEAD && git checkout -q trunk && git branch -qD pull`,
  );
}
