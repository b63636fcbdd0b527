/** Values that JSON can not say: each codec in both directions, and integers beyond 2⁵³−1. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Codec,
  exactJson,
  fields,
  fromBigInt,
  fromBytes,
  fromDate,
  kinds,
  lazy,
  list,
  nullable,
  record,
  tagged,
  toBigInt,
  toBytes,
  toDate,
  tuple,
} from "../src/index.js";
import { checker } from "../src/json.js";

const when = new Date("2024-01-02T03:04:05.678Z");
const text = "2024-01-02T03:04:05.678Z";
const bytes = new Uint8Array([1, 2]);

/** Encodes a value with one codec, decodes it with its twin, and demands the same again. */
const both = (encode: Codec, decode: Codec, value: unknown, wire: unknown) => {
  const before = structuredClone(value);
  const parts: Uint8Array[] = [];
  const json = JSON.parse(JSON.stringify(encode(value, parts)));
  assert.deepEqual(json, wire);
  assert.deepEqual(value, before, "the page's own value was changed");
  assert.deepEqual(decode(json, parts), value);
};

test("every combinator reaches its places in both directions", () => {
  both(fromDate, toDate, when, text);
  both(fromBytes, toBytes, bytes, 0);
  both(list(fromDate), list(toDate), [when, when], [text, text]);
  both(list(fromBytes), list(toBytes), [bytes, new Uint8Array()], [0, 1]);
  both(record(fromDate), record(toDate), { a: when, constructor: when }, { a: text, constructor: text });
  both(tuple([undefined, fromDate]), tuple([undefined, toDate]), [1, when, 2], [1, text, 2]);
  both(nullable(fromDate), nullable(toDate), null, null);
  both(nullable(fromDate), nullable(toDate), when, text);
  both(fields({ a: fromDate, b: fromDate }), fields({ a: toDate, b: toDate }), { a: when, c: 1 }, { a: text, c: 1 });
  both(fields({ Circle: fromDate }), fields({ Circle: toDate }), "Dot", "Dot");
});

test("tagged unions go by their tag", () => {
  const encode = tagged("kind", { a: fields({ at: fromDate }), b: fields({ at: fromBytes }) });
  const decode = tagged("kind", { a: fields({ at: toDate }), b: fields({ at: toBytes }) });
  both(encode, decode, { kind: "a", at: when }, { kind: "a", at: text });
  both(encode, decode, { kind: "b", at: bytes }, { kind: "b", at: 0 });
  both(encode, decode, { kind: "constructor", at: 1 }, { kind: "constructor", at: 1 });
  both(encode, decode, { at: 1 }, { at: 1 });
  const inner = tagged("t", { c: fields({ c: toDate }) });
  assert.deepEqual(inner({ t: "c", c: text }, []), { t: "c", c: when });
});

test("untagged unions go by the kind in JSON", () => {
  const encode = kinds({ string: fromDate, number: fromBytes, object: record(fromDate), array: list(fromDate) });
  const decode = kinds({ string: toDate, number: toBytes, object: record(toDate), array: list(toDate) });
  both(encode, decode, when, text);
  both(encode, decode, bytes, 0);
  both(encode, decode, { a: when }, { a: text });
  both(encode, decode, [when], [text]);
  both(encode, decode, true, true);
  both(encode, decode, null, null);
});

test("a type may contain itself", () => {
  const tree = (leaf: Codec): Codec => {
    const codec: Codec = fields({ at: leaf, children: list(lazy(() => codec)) });
    return codec;
  };
  const wire = { at: text, children: [{ at: text, children: [] }] };
  both(tree(fromDate), tree(toDate), { at: when, children: [{ at: when, children: [] }] }, wire);
});

test("a key __proto__ is a key like any other", () => {
  const wire = JSON.parse(`{ "__proto__": "${text}" }`);
  for (const codec of [record(toDate), fields({ ["__proto__"]: toDate })]) {
    const value = codec(wire, []);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.deepEqual(Object.getOwnPropertyDescriptor(value, "__proto__")?.value, when);
  }
  assert.deepEqual(fields({ constructor: toDate })({}, []), {});
});

test("a value of another kind is passed on, for the server to refuse by name", () => {
  for (const codec of [
    list(fromDate),
    record(fromDate),
    tuple([fromDate]),
    fields({ a: fromDate }),
    fromDate,
    fromBytes,
  ]) {
    for (const value of [1, "text", null, undefined]) assert.equal(codec(value, []), value);
  }
  assert.equal(list(fromDate)(7, []), 7);
});

test("a date that is no time is refused", () => {
  const value = fields({ at: fromDate })({ at: new Date(Number.NaN) }, []);
  assert.throws(() => JSON.stringify([value], checker()), /Number\] at arguments\.0\.at$/);
});

test("bytes have a memory of their own", () => {
  const chunk = new Uint8Array([1, 2, 3, 4]);
  const value = toBytes(0, [chunk.subarray(1, 3)]);
  assert.equal(value.buffer.byteLength, 2);
  assert.throws(() => toBytes(1, [chunk]), RangeError);
});

test("large integers are exact in both directions", () => {
  const numbers = [0n, 1n, -1n, 2n ** 53n, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 127n - 1n, -(2n ** 127n)];
  const json = exactJson.stringify({ numbers: list(fromBigInt)(numbers, []) }, checker());
  assert.equal(json, `{"numbers":[${numbers.join()}]}`);
  const { numbers: wire } = exactJson.parse(json) as { numbers: unknown };
  assert.deepEqual(list(toBigInt)(wire, []), numbers);
});

test("exact JSON is JSON in everything else", () => {
  for (const value of [
    1.5,
    1e300,
    1234567890123456.5,
    0.12345678901234568,
    -1.5e-300,
    -9007199254740991,
    "12345678901234567890",
    'a "12345678901234567890" \\" \\\\',
    "\\",
    "0.123:12345678901234567890",
    { 12345678901234567890: [1, { "a\\": null }], "a:1": "b,99999999999999999999" },
    ["99999999999999999999", -1, true, false, [], {}],
  ]) {
    const json = JSON.stringify(value);
    assert.deepEqual(exactJson.parse(json), value);
    assert.deepEqual(exactJson.parse(`[${json}, 99999999999999999999]`), [value, 99999999999999999999n]);
    assert.equal(exactJson.stringify(value, checker()), json);
    assert.equal(exactJson.stringify([value, 99999999999999999999n], checker()), `[${json},99999999999999999999]`);
  }
  const floats = "[1234567890123456789e-2, 12345678901234567.0]";
  assert.deepEqual(exactJson.parse(floats), JSON.parse(floats));
  assert.throws(() => exactJson.parse("[99999999999999999999"), SyntaxError);
  assert.throws(() => exactJson.stringify([Number.NaN], checker()), /arguments\.0$/);
});

test("exact JSON takes a bigint even where a page gave it a toJSON", () => {
  const prototype = BigInt.prototype as unknown as Record<string, unknown>;
  prototype["toJSON"] = () => "lost";
  try {
    assert.equal(exactJson.stringify([1n], checker()), "[1]");
  } finally {
    delete prototype["toJSON"];
  }
});
