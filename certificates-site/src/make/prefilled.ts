// What a link filled in: in the fragment of the address, which browsers send to nobody.

/** A form and values of its fields by name. */
export interface Wish {
  readonly form: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Take the wish out of the address, so that it stays neither there nor in the history. */
export function prefilled(): Wish | null {
  const content = new URLSearchParams(location.hash.slice(1));
  const form = content.get("form");
  if (!form) return null;
  history.replaceState(null, "", location.pathname);
  content.delete("form");
  return { form, values: Object.fromEntries(content) };
}
