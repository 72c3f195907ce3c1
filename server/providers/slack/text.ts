const ZERO_WIDTH_SPACE = "\u200b";
const CODE = "\ufffc";
const ENTITY = /&lt;@(?=[UWB])|&(?:lt|gt|amp);/g;
const MARKUP = /<([@#!]?)([^<>|\s][^<>|\n]*)(?:\|([^<>\n]*))?>|&lt;@(?=[UWB])|&(?:lt|gt|amp);/g;
// an open fence hides the rest: better one command too few than a quoted one that runs
const QUOTED = /^[ \t]*>>>[^]*|^[ \t]*>[^\n]*|```(?:[^]*?```|[^]*)|`[^`\n]+`/gm;

const MAX_TEXT = 100_000;

/** Text as its author sees it: entities unescaped once, `<@U1|name>` as `<@U1>`, links beside
 * their label. A `<@U1>` typed by hand mentions nobody, so it comes out broken. */
export function readableText(text: string): string {
  return text.slice(0, MAX_TEXT).replace(
    MARKUP,
    (found: string, kind: string | undefined, target: string, label: string = "") =>
      kind === undefined
        ? unescapeOne(found)
        : readableMarkup(kind, unescape(target), unescape(label)),
  );
}

function readableMarkup(kind: string, target: string, label: string): string {
  if (kind === "@") return `<@${target}>`;
  if (kind === "#") return label ? `#${label}` : `<#${target}>`;
  if (kind === "!") return label || `@${target.replace(/^subteam\^/, "")}`;
  const address = target.replace(/^(?:mailto|tel):/, "");
  return label === "" || target.endsWith(label) ? address : `${label} (${address})`;
}

const unescape = (text: string): string => text.replace(ENTITY, unescapeOne);

function unescapeOne(entity: string): string {
  if (entity === "&gt;") return ">";
  if (entity === "&amp;") return "&";
  return entity === "&lt;" ? "<" : `<${ZERO_WIDTH_SPACE}@`;
}

export function hideQuoted(text: string): string {
  return text.replace(QUOTED, (found) => {
    const filler = found[0] === "`" ? CODE : " ";
    return found.replace(/[^\n]+/g, (line) => filler.repeat(line.length));
  });
}
