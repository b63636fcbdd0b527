/** `withClient`: one client for everything that a function calls. */

import { type Client, setAmbient } from "./client.js";
import type { Telefunction } from "./types.js";

/**
 * Runs `fn` and sends the calls made in it through `client`. Node, Deno and Bun keep the client over every `await`
 * in `fn`; a browser has no means for that, so there it holds until `fn` first waits.
 *
 * A telefunction in place of a block is bound instead: it comes back with `client` as its client.
 */
export function withClient<F extends Telefunction>(
  client: Client,
  fn: F,
): Parameters<F>["length"] extends 0 ? ReturnType<F> : F;
export function withClient(client: Client, fn: (...args: unknown[]) => unknown): unknown {
  const { run } = scope();
  // A generated function has at least one parameter, its options; a block has none.
  return fn.length ? (...args: unknown[]) => run(client, () => fn(...args)) : run(client, fn);
}

/** Remembers the client of the code that runs. */
interface Scope {
  run<T>(client: Client, fn: () => T): T;
  find(): Client | undefined;
}

let current: Scope | undefined;

const scope = (): Scope => {
  if (!current) {
    current = asyncScope() ?? syncScope();
    setAmbient(current.find);
  }
  return current;
};

/** The part of `AsyncLocalStorage` that is needed here. */
interface Storage {
  run<T>(client: Client, fn: () => T): T;
  getStore(): Client | undefined;
}

const asyncScope = (): Scope | undefined => {
  // Not an import: browsers have no such module, and bundlers for them would stumble over its name.
  const { process } = globalThis as {
    process?: { getBuiltinModule?(id: string): { AsyncLocalStorage: new () => Storage } };
  };
  const hooks = process?.getBuiltinModule?.("node:async_hooks");
  if (!hooks) return undefined;
  const storage = new hooks.AsyncLocalStorage();
  return { run: (client, fn) => storage.run(client, fn), find: () => storage.getStore() };
};

const syncScope = (): Scope => {
  let inner: Client | undefined;
  return {
    run(client, fn) {
      const outer = inner;
      inner = client;
      try {
        return fn();
      } finally {
        inner = outer;
      }
    },
    find: () => inner,
  };
};
