/** Arguments as JSON text, where whatever JSON would lose or change is refused by name. */

/** What `JSON.stringify` takes as its second argument. */
export type Replacer = (this: any, key: string, value: unknown) => unknown;

/** How a function's JSON is read and written; `JSON` itself unless integers have to stay exact. */
export interface Json {
  parse(text: string): unknown;
  stringify(value: unknown, replacer: Replacer): string;
}

/** A replacer that throws at the first value that can not be sent. */
export const checker = (): Replacer => {
  const paths = new Map<unknown, string>();
  return function (key, value) {
    const path = key && `${paths.get(this)}.${key}`;
    // [object Map] and the like, of which JSON would make `{}`, and numbers of which it would make `null`.
    const type = Object.prototype.toString.call(value);
    if (!/ (Ar|Bo|Nul|Ob|St|Un)/.test(type) && !Number.isFinite(value)) {
      throw new TypeError(`can't send ${type} at arguments${path}`);
    }
    paths.set(value, path);
    return value;
  };
};
