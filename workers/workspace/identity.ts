export interface Identity {
  name: string;
  email: string;
}

const EMAIL = /^[^\s<>"@]{1,64}@[^\s<>"@]{1,255}$/;

/** Names come from outside: none may end the line or the address that it stands in. */
export function cleanName(name: string): string {
  // deno-lint-ignore no-control-regex
  return name.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029<>]/g, " ").replace(/\s+/g, " ").trim().slice(
    0,
    100,
  );
}

/** `Name <address>`; null where git or the provider would not take it. */
export function signature({ name, email }: Identity): string | null {
  const clean = cleanName(name);
  return clean && EMAIL.test(email) ? `${clean} <${email}>` : null;
}
