// All tests that need nothing of their surroundings: the same in Node, in a worker, in a page.

import { errors } from "./errors.mjs";
import { generators } from "./generators.mjs";
import { refusals, rows } from "./types.mjs";

/**
 * The tests, by name. `base` is the URL of the folder of a client; `bigint` is whether it was generated with
 * `LargeInts::BigInt`, and then only its types are tested.
 */
export const tests = async ({ base, url, seed, count, bigint = false, node = false, record, note }) => {
  const load = (path) => import(new URL(path, base).href);
  const runtime = await load("runtime/index.js");
  runtime.configure({ url });
  const context = { load, url, seed, count, bigint, node, record, note };
  const subjects = bigint ? [rows] : [rows, refusals, errors, generators];
  return (await Promise.all(subjects.map((subject) => subject(context)))).flat();
};

/** Runs them where there is no test runner, and gives what came out of it as plain data. */
export const run = async (options) => {
  const results = [];
  const notes = [];
  for (const [name, test] of await tests({ ...options, note: (text) => notes.push(text) })) {
    try {
      await test();
      results.push({ name });
    } catch (error) {
      results.push({ name, error: `${error?.stack ?? error}` });
    }
  }
  return { results, notes };
};
