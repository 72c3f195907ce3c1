/** Registers the tests of several files in one process, each under its file's name. */
const files: string[] = JSON.parse(Deno.env.get("TEST_FILES") ?? "[]");
const register = Deno.test;

for (const file of files) {
  const named = (name: string) => `${file} => ${name}`;
  const test = (first: unknown, ...rest: unknown[]) => {
    if (typeof first === "string") return Reflect.apply(register, Deno, [named(first), ...rest]);
    const options = { ...first as Deno.TestDefinition };
    return Reflect.apply(register, Deno, [{ ...options, name: named(options.name) }, ...rest]);
  };
  Object.defineProperty(Deno, "test", { value: Object.assign(test, register), configurable: true });
  try {
    await import(new URL(`../../${file}`, import.meta.url).href);
  } catch (error) {
    // A failed test of this file, so that it hides none of the others.
    Reflect.apply(register, Deno, [named("is loaded"), () => Promise.reject(error)]);
  }
}
