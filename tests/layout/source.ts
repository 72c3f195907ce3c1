import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";

/** One import of a file, `export … from` and `import()` included. */
export interface Import {
  /** A path from the repository's root, or the specifier of a package. */
  target: string;
  /** Gone when the types are. */
  type_only: boolean;
  /** What is used of it as a value; empty for `import "x"`, `import *` and `import()`. */
  values: string[];
}

/** What the layout test wants to know of one source file. */
export interface Source {
  path: string;
  lines: number;
  imports: Import[];
  /** Functions and constructors that are called, as written: `fetch`, `Deno.serve`, `tx.unsafe`. */
  calls: string[];
  /** Names before a template: `sql` of sql`…`. */
  tags: string[];
  /** Chains of names, as written: `Deno.env`, `db.sql.begin`. */
  chains: string[];
  /** The pieces of text in it, templates included; comments are not. */
  texts: string[];
  /** Elements that JSX writes itself: `div`, but not `Page`. */
  elements: string[];
}

const ROOT = join(import.meta.dirname!, "..", "..");

/** Every source file in these folders, read. */
export async function readSources(folders: string[]): Promise<Source[]> {
  const paths = (await Promise.all(folders.map((folder) => filesIn(folder)))).flat();
  const source = paths.filter((path) => /\.tsx?$/.test(path));
  return await Promise.all(source.map(async (path) => readSource(path, await readText(path))));
}

/** The files below a folder of the repository, as paths from its root. */
export async function filesIn(folder: string): Promise<string[]> {
  const skipped = [".git", "node_modules", "data", "coverage"];
  const paths: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(join(ROOT, folder))) {
    const path = join(folder, name);
    if (isDirectory && !skipped.includes(name)) paths.push(...await filesIn(path));
    if (isFile && name !== ".env") paths.push(path);
  }
  return paths.sort();
}

/** A file of the repository. */
export const readText = (path: string): Promise<string> => Deno.readTextFile(join(ROOT, path));

/** Parses a file's text. Nothing is resolved or run. */
export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines = text.split("\n").length - 1;
  const source: Source = {
    path,
    lines,
    imports: [],
    calls: [],
    tags: [],
    chains: [],
    texts: [],
    elements: [],
  };
  const visit = (node: ts.Node) => {
    note(node, source);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return source;
}

function note(node: ts.Node, source: Source): void {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) noteImport(node, source);
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) noteCall(node, source);
  if (ts.isTaggedTemplateExpression(node)) source.tags.push(node.tag.getText());
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    source.chains.push(chain(node));
  }
  if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
    if (/^[a-z]/.test(node.tagName.getText())) source.elements.push(node.tagName.getText());
  }
  if (ts.isStringLiteralLike(node) && !isSpecifier(node)) source.texts.push(node.text);
  if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
    source.texts.push(node.text);
  }
}

/** `Deno["env"]` is `Deno.env`. */
function chain(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node)) return `${chain(node.expression)}.${node.name.text}`;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return `${chain(node.expression)}.${node.argumentExpression.text}`;
  }
  return node.getText();
}

function isSpecifier({ parent }: ts.Node): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
}

function noteImport(node: ts.ImportDeclaration | ts.ExportDeclaration, source: Source): void {
  if (!node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) return;
  const { names, all_types } = ts.isImportDeclaration(node) ? imported(node) : exported(node);
  const target = resolve(source.path, node.moduleSpecifier.text);
  source.imports.push({ target, type_only: all_types, values: all_types ? [] : names });
}

function imported({ importClause }: ts.ImportDeclaration) {
  if (!importClause) return { names: [], all_types: false };
  const { name, namedBindings: named } = importClause;
  const parts = named && ts.isNamedImports(named) ? [...named.elements] : [];
  const values = parts.filter((part) => !part.isTypeOnly).map(nameOf);
  const others = name !== undefined || (named !== undefined && ts.isNamespaceImport(named));
  const names = name ? [...values, "default"] : values;
  return { names, all_types: importClause.isTypeOnly || (values.length === 0 && !others) };
}

function exported({ exportClause, isTypeOnly }: ts.ExportDeclaration) {
  const parts = exportClause && ts.isNamedExports(exportClause) ? [...exportClause.elements] : [];
  const values = parts.filter((part) => !part.isTypeOnly).map(nameOf);
  return { names: values, all_types: isTypeOnly || (parts.length > 0 && values.length === 0) };
}

const nameOf = (part: ts.ImportSpecifier | ts.ExportSpecifier) =>
  (part.propertyName ?? part.name).text;

function noteCall(node: ts.CallExpression | ts.NewExpression, source: Source): void {
  if (node.expression.kind !== ts.SyntaxKind.ImportKeyword) {
    source.calls.push(chain(node.expression));
    return;
  }
  const [what] = node.arguments ?? [];
  const target = what && ts.isStringLiteralLike(what) ? resolve(source.path, what.text) : "unknown";
  source.imports.push({ target, type_only: false, values: [] });
}

/** `@/db/tasks.ts` and `./tasks.ts` as a path from the root; a package as it is. */
function resolve(from: string, specifier: string): string {
  if (specifier.startsWith("@/")) return normalize(specifier.slice(2));
  if (!specifier.startsWith(".")) return specifier;
  return relative(ROOT, join(ROOT, dirname(from), specifier));
}
