/** What the compiler knows about refusals; only compiled, beside the generated client. */

import { type JoinError, onAbortValue, onJoin, onNo } from "./errors.js";
import { onRefused, onRefusesAfter } from "./generators.js";
import { Abort, isAbort, safe, ValidationError } from "./runtime/index.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(proof: Same<A, B>): boolean => proof;

export const narrow = async (error: unknown): Promise<string> => {
  if (isAbort(onJoin, error)) {
    same<typeof error.value, JoinError>(true);
    switch (error.value.kind) {
      case "noSuchRoom":
        return "none";
      case "full":
        same<typeof error.value.maxSeats, number>(true);
        return `${error.value.maxSeats}`;
      case "until":
        same<typeof error.value.opensAt, Date>(true);
        return error.value.opensAt.toISOString();
    }
  }
  if (isAbort(onAbortValue, error)) same<typeof error.value, number[]>(true);
  if (isAbort(onNo, error)) same<typeof error.value, null>(true);
  if (isAbort(onRefused, error)) same<typeof error.value, JoinError>(true);
  if (isAbort(onRefusesAfter, error)) same<typeof error.value, JoinError>(true);
  if (error instanceof ValidationError) return error.issues.map(({ path }) => path.join(".")).join();

  const outcome = await safe(onJoin("attic"));
  if (outcome.ok) same<typeof outcome.value, number>(true);
  else if (outcome.error instanceof Abort) return outcome.error.value.kind;
  return "";
};
