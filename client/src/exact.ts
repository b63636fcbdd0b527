/** JSON whose integers stay exact beyond 2⁵³−1, as `bigint`. Only functions that have such integers bring it along. */

import type { Json } from "./json.js";

/**
 * Reads an integer that no `number` can hold as a `bigint`, and writes a `bigint` as the digits of an integer.
 *
 * Both go through strings that begin with a random mark. It is drawn when the text is there already, so no string
 * in the text can imitate it.
 */
export const exactJson: Json = {
  parse(text) {
    if (!/\d{16}/.test(text)) return JSON.parse(text);
    const mark = `${Math.random()}:`;
    const marked = text.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (token) =>
      token[0] === '"' ? token : `"${mark}${token}"`,
    );
    return JSON.parse(marked, (_, value) => {
      if (typeof value !== "string" || !value.startsWith(mark)) return value;
      const digits = value.slice(mark.length);
      return Number.isSafeInteger(+digits) ? +digits : BigInt(digits);
    });
  },
  stringify(value, replacer) {
    const mark = `${Math.random()}:`;
    const text = JSON.stringify(value, function (this: any, key, item) {
      // Not `item`: a page may have given `BigInt.prototype` a `toJSON`.
      return typeof this[key] === "bigint" ? mark + this[key] : replacer.call(this, key, item);
    });
    return text.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
  },
};
