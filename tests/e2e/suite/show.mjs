// A value as the TypeScript expression that makes it: to compare values, and to type-check them.

export const show = (value) => {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol") throw new Error(`no value: ${String(value)}`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, show).join(", ")}]`;
  if (value instanceof Date) return `new Date(${+value})`;
  if (value instanceof Uint8Array) return `new Uint8Array([${value.join(", ")}])`;
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error(`no plain object: ${value}`);
  return `{ ${Object.keys(value)
    .sort()
    // Written as a plain key, `__proto__` would be the prototype.
    .map((key) => `${key === "__proto__" ? '["__proto__"]' : JSON.stringify(key)}: ${show(value[key])}`)
    .join(", ")} }`;
};
