// Types tell the truth: what the server gives, the generated client reads and sends back, and the server finds equal.

import { ok, rejection, same } from "./check.mjs";
import { show } from "./show.mjs";

export const MODULES = ["scalars", "compounds", "wire", "structs", "enums", "flattened", "foreign", "generics"];

/** One test a row. `record` gets every value that arrived, as a TypeScript expression. */
export const rows = async ({ load, seed, count, bigint, record }) => {
  const tests = [];
  for (const name of bigint ? [...MODULES, "wide"] : MODULES) {
    const module = await load(`types/${name}.js`);
    for (const [row, give] of Object.entries(module)) {
      const take = module[row.replace(/^give/, "take")];
      if (!row.startsWith("give") || !take) continue;
      const roundTrip = async (seed) => {
        const value = await give(seed);
        record?.(name, row, show(value));
        const difference = await take(seed, value);
        ok(difference === null, `seed ${seed}: ${difference}\n as TypeScript: ${show(value)}`);
      };
      tests.push([
        `${name}.${row.slice(4)}`,
        () => Promise.all(Array.from({ length: count }, (_, i) => roundTrip((seed + i) % 2 ** 31))),
      ]);
    }
  }
  return tests;
};

/** What may not travel is refused by name, never changed. */
export const refusals = async ({ load }) => {
  const [wide, scalars, wire, { onHeard }, { ServerError, ValidationError }] = await Promise.all([
    load("types/wide.js"),
    load("types/scalars.js"),
    load("types/wire.js"),
    load("errors.js"),
    load("runtime/index.js"),
  ]);
  const bug = async (promise, ...words) => {
    const error = await rejection(promise);
    ok(error instanceof ServerError, `not a ServerError: ${error}`);
    const heard = await onHeard(error.id);
    for (const word of words) ok(heard.error.includes(word), `${word} is not in: ${heard.error}`);
  };
  const issue = async (promise, path, code) => {
    const error = await rejection(promise);
    ok(error instanceof ValidationError, `not a ValidationError: ${error}`);
    same(error.issues[0].path, path, "the path");
    if (code) same(error.issues[0].code, code, "the code");
  };
  return [
    [
      "a 64-bit integer beyond 2^53-1 is refused with its path on its way out",
      async () => {
        await bug(wide.giveBeyond(0), "9007199254740992", "first");
        await bug(wide.giveBeyond(1), "-9007199254740992", "deep[0].k");
        await bug(wide.giveBeyond(2), "18446744073709551615", "maybe");
      },
    ],
    [
      "a 64-bit integer beyond 2^53-1 is refused with its path on its way in",
      async () => {
        const value = { first: 1, deep: [{ k: 1 }], maybe: 1 };
        await issue(wide.takeWide(1, { ...value, first: 2 ** 53 }), ["value", "first"]);
        await issue(wide.takeWide(1, { ...value, deep: [{}, { k: -(2 ** 53) }] }), ["value", "deep", 1, "k"]);
        await issue(wide.takeWide(1, { ...value, maybe: 2 ** 64 }), ["value", "maybe"]);
        await issue(scalars.takeI64(1, 2 ** 53), ["value"]);
        await issue(scalars.takeU64(1, -1), ["value"]);
        await issue(scalars.takeUsize(1, 2 ** 60), ["value"]);
        await issue(scalars.takeIsize(1, -(2 ** 60)), ["value"]);
      },
    ],
    [
      "a small integer out of its range, or with a fraction, is refused",
      async () => {
        for (const [take, wrong] of [
          [scalars.takeU8, 256],
          [scalars.takeI8, -129],
          [scalars.takeU16, 65536],
          [scalars.takeI16, -32769],
          [scalars.takeU32, 2 ** 32],
          [scalars.takeI32, 2 ** 31],
        ]) {
          await issue(take(1, wrong), ["value"]);
          await issue(take(1, 1.5), ["value"]);
        }
        await issue(scalars.takeChar(1, "ab"), ["value"]);
        await issue(scalars.takeChar(1, ""), ["value"]);
      },
    ],
    [
      "a bigint out of its range is refused",
      async () => {
        await issue(wire.takeBigU64(1, 2n ** 64n), ["value"]);
        await issue(wire.takeBigU64(1, -1n), ["value"]);
        await issue(wire.takeBigI64(1, 2n ** 63n), ["value"]);
        await issue(wire.takeU128(1, 2n ** 128n), ["value"]);
        await issue(wire.takeI128(1, -(2n ** 127n) - 1n), ["value"]);
      },
    ],
    [
      "NaN and infinities are refused by name on their way out",
      async () => {
        await bug(wide.giveFloat(0), "NaN", "[1]");
        await bug(wide.giveFloat(1), "inf", "[1]");
        await bug(wide.giveFloat(2), "-inf", "[1]");
      },
    ],
    [
      "NaN, infinities, invalid dates, maps and functions are refused by name before they are sent",
      async () => {
        for (const wrong of [NaN, Infinity, -Infinity, new Map(), new Set(), () => 1, Symbol("x")]) {
          const error = await rejection(wide.takeFloats({ a: [1], b: [2, wrong] }));
          ok(error instanceof TypeError && error.message.includes("arguments.0.b.1"), `${String(wrong)}: ${error}`);
        }
        const error = await rejection(wire.takeDate(1, new Date(NaN)));
        ok(error instanceof TypeError && error.message.includes("arguments.1"), `invalid date: ${error}`);
      },
    ],
    [
      "a date of any year is the same moment",
      async () => {
        for (const date of [new Date(8.64e15), new Date(-8.64e15), new Date(-62198755200001), new Date(1)]) {
          const difference = await wire.takeDate(1, date);
          ok(difference === null || difference.endsWith(`got back ${date.toISOString()}`), difference);
        }
      },
    ],
    [
      "unit is undefined as a result and null inside another value",
      async () => {
        const { onNothing } = await load("errors.js");
        same(await onNothing(), undefined);
        for (const value of await scalars.giveUnits(3)) same(value, null);
      },
    ],
    [
      "an absent optional, an absent field and undefined are null",
      async () => {
        const { onDefaults } = await load("errors.js");
        const structs = await load("types/structs.js");
        same(await onDefaults(1), [1, null, null]);
        same(await onDefaults(1, undefined, "c"), [1, null, "c"]);
        same(await onDefaults(1, null, undefined), [1, null, null]);
        same(await onDefaults(1, 2, null), [1, 2, null]);
        const text = await structs.takeOptional(0, {
          plain: undefined,
          through: null,
          unit: null,
          ofUnits: [null],
        });
        ok(text === null || text.includes("got back Optional { plain: None, twice: None, list: None"), text);
        same(
          (await structs.takeWithDefault(0, { plain: true })).split("got back ")[1],
          "WithDefault { count: 0, seven: 7, plain: true }",
        );
        ok((await structs.takeAllDefault(1, {})).includes('got back AllDefault { first_name: ""'));
      },
    ],
    [
      "an object with keys like __proto__ arrives as it is and changes no prototype",
      async () => {
        const { onEcho } = await load("errors.js");
        const value = JSON.parse(
          '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":[{"__proto__":1}]}',
        );
        same(await onEcho(value), value);
        ok({}.polluted === undefined, "a prototype was changed");
      },
    ],
  ];
};
