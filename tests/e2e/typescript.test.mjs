// Every value that arrives has the TypeScript type that was emitted for it, and may be sent back as it is.
import assert from "node:assert/strict";
import { copyFileSync, cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { rows } from "./suite/types.mjs";
import { CLIENTS, folder, HERE, SEED, start, tsc } from "./support.mjs";

let server;
before(async () => {
  server = await start();
});
after(() => server?.stop());

/** The values of each row, as TypeScript that only compiles if its type is true. */
const source = (values) => {
  const modules = [...new Set([...values.keys()].map((key) => key.split(" ")[0]))];
  const lines = [
    ...modules.map((name) => `import type * as ${name} from "./types/${name}.js";`),
    "type Known<T> = 0 extends 1 & T ? never : T;",
    "type Given<F extends (...args: never[]) => unknown> = Known<Awaited<ReturnType<F>>>;",
    "type Taken<F extends (...args: never[]) => unknown> = Known<Parameters<F>[1]>;",
  ];
  for (const [key, expressions] of values) {
    const [module, give] = key.split(" ");
    const take = give.replace("give", "take");
    // In an object literal the compiler takes `constructor` for the one that every object has.
    const all = expressions.filter((expression) => !expression.includes('"constructor":')).join(",\n  ");
    lines.push(
      `export const ${module}_${give}: Given<typeof ${module}.${give}>[] = [\n  ${all}\n];`,
      `export const ${module}_${take}: Taken<typeof ${module}.${take}>[] = [\n  ${all}\n];`,
      `export const ${module}_${give}_back: Taken<typeof ${module}.${take}>[] = ${module}_${give};`,
      `// @ts-expect-error A type that takes anything says nothing.`,
      `export const ${module}_${give}_wrong: Given<typeof ${module}.${give}>[] = [Symbol()];`,
    );
  }
  return lines.join("\n");
};

for (const [client, bigint] of [
  ["ts", false],
  ["js", false],
  ["bigint", true],
]) {
  test(`the values that arrive have the types of the client "${client}"`, async () => {
    // The TypeScript client runs as what it was compiled to.
    const base = folder(client === "ts" ? "compiled" : client);
    const load = (path) => import(base + path);
    (await load("runtime/index.js")).configure({ url: server.url });
    const values = new Map();
    const record = (module, row, expression) => {
      const key = `${module} ${row}`;
      values.set(key, [...(values.get(key) ?? []), expression]);
    };
    // Whether they survive is for other tests; here a row that does not must not hide the types of the others.
    for (const [, run] of await rows({ load, seed: SEED, count: 20, bigint, record })) await run().catch(() => {});
    const project = join(CLIENTS, `${client}-values`);
    cpSync(join(CLIENTS, client), project, { recursive: true });
    writeFileSync(join(project, "values.ts"), source(values));
    if (client === "ts") copyFileSync(join(HERE, "narrowing.ts"), join(project, "narrowing.ts"));
    assert.equal(tsc(project), "");
    assert.ok(values.size > 80, `${values.size} rows`);
  });
}
