/** `{{ issue.title | truncate: 80 }}`: what is told, posted or forwarded, rendered once. */
import { type Output, toValueSync, TypeGuards } from "liquidjs";
import type { Template as Part } from "liquidjs";
import type { Scope } from "@/server/webhooks/matching/scope.ts";
import { ScopeContext, TooMuchWork } from "@/server/webhooks/templates/context.ts";
import { liquid, positionOf, problemInWords } from "@/server/webhooks/templates/engine.ts";
import { outputsOf, partProblem, type TemplateProblem } from "@/server/webhooks/templates/rules.ts";
import { TextWriter } from "@/server/webhooks/templates/text_writer.ts";

const MAX_LENGTH = 20_000;

export type { TemplateProblem };

export interface RenderOptions {
  /** changes every text of the payload, before filters see it */
  clean?: (value: string) => string;
  /** lays something around every value that is put in, not around the template's own words */
  wrap?: (value: string) => string;
}
export interface Rendered {
  text: string;
  /** what the template names and nobody sent; rendered as nothing */
  unknown_paths: string[];
}
export interface Template {
  render(scope: Scope, options?: RenderOptions): Rendered;
}

/** A template that cannot be used renders as what is wrong with it. */
export function compileTemplate(text: string): Template {
  const parsed = parse(text);
  if ("message" in parsed) {
    const { message, line, column } = parsed;
    const words = `(the template cannot be used: line ${line}, column ${column}: ${message})`;
    return { render: () => ({ text: words, unknown_paths: [] }) };
  }
  for (const output of outputsOf(parsed)) output.render = renderOutput(output);
  return { render: (scope, options = {}) => render(parsed, scope, options) };
}

export function templateProblem(text: string): TemplateProblem | null {
  const parsed = parse(text);
  return "message" in parsed ? parsed : null;
}

function parse(text: string): Part[] | TemplateProblem {
  if (text.length > MAX_LENGTH) {
    return { message: `it is longer than ${MAX_LENGTH} characters`, line: 1, column: 1 };
  }
  try {
    const parts = liquid.parse(text);
    return partProblem(parts, 1) ?? parts;
  } catch (error) {
    const [line, column] = positionOf(error);
    return { message: problemInWords(error), line, column };
  }
}

function render(parts: Part[], scope: Scope, { wrap, clean }: RenderOptions): Rendered {
  const writer = new TextWriter(wrap, clean);
  try {
    const context = new ScopeContext(scope, liquid);
    toValueSync(liquid.renderer.renderTemplates(parts, context, writer));
  } catch (error) {
    writer.stop(`the template ended here: ${problemInWords(error)}`);
  }
  return { text: writer.buffer, unknown_paths: writer.unknown_paths };
}

/** In place of the library's own, which would write objects as `[object Object]`. */
function renderOutput({ value }: Output): Output["render"] {
  const [token, ...more] = value.initial.postfix;
  const path = more.length === 0 && TypeGuards.isPropertyAccessToken(token)
    ? token.getText()
    : null;
  const has_default = value.filters.some(({ name }) => name === "default");
  return function* (context, emitter): IterableIterator<unknown> {
    const writer = emitter as TextWriter;
    if (writer.is_full) return;
    try {
      let result = yield value.initial.evaluate(context, true);
      if (result === undefined && path !== null && !has_default) writer.noteUnknown(path);
      if (typeof result === "string") result = writer.clean(result);
      for (const filter of value.filters) result = yield filter.render(result, context);
      writer.insert(result);
    } catch (error) {
      if (error instanceof TooMuchWork) return writer.stop(error.message);
      writer.noteUnknown(path ?? value.initial.postfix.map((part) => part.getText()).join(" "));
    }
  };
}
