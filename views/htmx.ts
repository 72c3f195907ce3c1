// Types of the htmx attributes that we use, so that a misspelt one does not compile.
import type {} from "preact";

type Swap =
  | "innerHTML"
  | "outerHTML"
  | "innerMorph"
  | "outerMorph"
  | "beforeend"
  | "none";

interface HtmxAttributes {
  "hx-get"?: string;
  "hx-post"?: string;
  "hx-trigger"?: string;
  "hx-target"?: string;
  "hx-select"?: string;
  "hx-swap"?: Swap;
  "hx-push-url"?: string;
  "hx-sse:connect"?: string;
  "hx-sse:close"?: string;
}

declare module "preact" {
  interface AllHTMLAttributes extends HtmxAttributes {}
  interface HTMLAttributes extends HtmxAttributes {}
  namespace JSX {
    interface IntrinsicElements {
      /** A piece of an answer that goes to a target of its own. */
      "hx-partial": HtmxAttributes & { children?: ComponentChildren };
    }
  }
}
