/** What the page holds of a live value: the ways to let go of it, and what happens when it is just dropped. */

import { closing } from "../close.js";
import type { Port } from "./port.js";

let dropped: FinalizationRegistry<Port> | undefined;

/** Closes the port when its handle is collected, which is not to be relied on. */
export const watch = (handle: object, port: Port): void => {
  dropped ??= new FinalizationRegistry((port) => {
    if (port.error) return;
    if (isDevelopment()) console.warn("telefunc: collected without having been closed:", port.made);
    port.close();
  });
  dropped.register(handle, port);
};

/** Bundlers replace the name; where there is none, a page of this machine is one in development. */
const isDevelopment = (): boolean => {
  try {
    return process.env.NODE_ENV !== "production";
  } catch {
    return globalThis.location?.hostname === "localhost";
  }
};
declare const process: { env: { NODE_ENV?: string } };

/** The ways to let go. */
export const release = (port: Port): Releasable =>
  ({
    [closing]: () => port.close(),
    [Symbol.dispose]: () => port.close(),
    [Symbol.asyncDispose]: async () => port.close(),
  }) as Releasable;

/** What `using` and `await using` ask for, in projects whose `lib` knows of them; others can compile this too. */
export type Releasable = Method<"dispose", () => void> & Method<"asyncDispose", () => Promise<void>>;
type Method<Name extends string, Type> = SymbolConstructor extends { readonly [name in Name]: infer Key extends symbol }
  ? { [key in Key]: Type }
  : unknown;
