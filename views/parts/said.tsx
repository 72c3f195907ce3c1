/** Tells screen readers what appeared: the text at `selector`, kept current by app.js. */
export function Said({ selector }: { selector: string }) {
  return <p class="sr-only" role="status" data-says={selector}></p>;
}
