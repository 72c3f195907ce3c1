/** From verified bytes to JSON. */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class PayloadError extends Error {
  override name = "PayloadError";
}

/**
 * Parses a JSON body, or the JSON in the field `payload` of a form body.
 * @throws PayloadError that says what is wrong with the body
 */
export function parsePayload(content_type: string | null, body: Uint8Array): unknown {
  const text = decode(body);
  const is_form = /^application\/x-www-form-urlencoded\b/i.test(content_type ?? "");
  return parseJson(is_form ? formField(text, "payload") : text);
}

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new PayloadError("the body is not UTF-8");
  }
}

function parseJson(text: string): unknown {
  if (text.startsWith("\ufeff")) throw new PayloadError("the body begins with a byte order mark");
  try {
    return JSON.parse(text);
  } catch {
    throw new PayloadError("the body is not JSON");
  }
}

// URLSearchParams turns bytes that are not UTF-8 into U+FFFD without a word; decodeURIComponent throws
function formField(form: string, name: string): string {
  const fields = form.split("&").filter((field) => field.startsWith(`${name}=`));
  if (fields.length !== 1) {
    throw new PayloadError(`the form has ${fields.length} fields "${name}" instead of one`);
  }
  try {
    return decodeURIComponent(fields[0].slice(name.length + 1).replaceAll("+", " "));
  } catch {
    throw new PayloadError(`the form field "${name}" is not UTF-8`);
  }
}
