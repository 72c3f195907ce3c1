/** A reply that did not go out, and whether trying again makes sense. */
export class ProviderError extends Error {
  readonly permanent: boolean;
  readonly retry_after_seconds: number | null;
  readonly status: number | null;
  /** What was to be changed is not there any more, or not ours to change. */
  readonly is_gone: boolean;

  constructor(
    message: string,
    how: {
      permanent: boolean;
      retry_after_seconds?: number | null;
      status?: number | null;
      is_gone?: boolean;
    },
  ) {
    super(message);
    this.name = "ProviderError";
    this.permanent = how.permanent;
    this.retry_after_seconds = how.retry_after_seconds ?? null;
    this.status = how.status ?? null;
    this.is_gone = how.is_gone ?? false;
  }
}

/** What somebody else said, in a message of ours: `…` says that a secret may have been cut in two. */
export const quoted = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;
