// Assertions that work everywhere: in Node, in a page, in a worker.

import { show } from "./show.mjs";

export const same = (actual, expected, what = "") => {
  const [a, b] = [show(actual), show(expected)];
  if (a !== b) throw new Error(`${what} is ${a}, should be ${b}`);
};

export const ok = (condition, what) => {
  if (!condition) throw new Error(what);
};

/** What `promise` rejects with. */
export const rejection = async (promise) => {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`resolved with ${show(value)}, should reject`);
};

/** Everything that a stream gives, and what it fails with. */
export const drain = async (stream) => {
  const items = [];
  try {
    for await (const item of stream) items.push(item);
  } catch (error) {
    return { items, error };
  }
  return { items };
};

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds since 1970, finer than `Date.now`. */
export const now = () => performance.timeOrigin + performance.now();

/** A number that no other guard of this server has. */
export const guardId = () => Math.floor(Math.random() * 2 ** 32);
