/** Right and wrong uses of the client of `telefunc-codegen/tests/fixture`: tsc must accept and refuse exactly these. */

import type { Account } from "./fixture/exact.js";
import { onAccount, onChange, onEvent, onLoose, onTotal, onUpload } from "./fixture/exact.js";
import type { External, Flat, InternalInput, Maps, Open } from "./fixture/forms.js";
import { onFlat, onFlatGeneric, onMaps, onOdd, onOptional, onStructs, onTodo } from "./fixture/forms.js";
import type { JoinError, Page, Todo } from "./fixture/todos.js";
import {
  delete_,
  onCountdown,
  onJoin,
  onLeave,
  onList,
  onNewTodo,
  onSave,
  onSearch,
  onWatch,
} from "./fixture/todos.js";
import { onPing } from "./fixture.js";
import { isAbort, safe } from "./runtime/index.js";

/** Fails to compile unless both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

export async function calls(): Promise<void> {
  same<Awaited<ReturnType<typeof onPing>>, void>(true);
  const todo = await onNewTodo("Buy milk");
  same<typeof todo, Todo>(true);
  same<Todo["note"], string | null | undefined>(true);
  await onNewTodo("Buy milk", null);
  await onNewTodo("Buy milk", undefined, { signal: new AbortController().signal });
  // @ts-expect-error: a parameter is missing
  await onNewTodo();
  // @ts-expect-error: not a string
  await onNewTodo(1);
  // @ts-expect-error: no such option
  await onNewTodo("Buy milk", null, { retry: true });
  // @ts-expect-error: the server does not send it
  todo.password;
  // @ts-expect-error: absent is not null
  const note: string | null = todo.note;
  void note;

  const page = await onList(1);
  same<typeof page, Page<Todo>>(true);
  same<(typeof page.items)[number], Todo>(true);
  const first = page.items[0];
  // @ts-expect-error: there may be no first item
  first.text;

  await onSave({ id: 1, text: "", password: "" });
  await onSave({ id: 1, text: "", password: "", doneAt: undefined, tags: undefined, note: null });
  // @ts-expect-error: serde has no default for null
  await onSave({ id: 1, text: "", password: "", tags: null });
  // @ts-expect-error: the server asks for it
  await onSave({ id: 1, text: "" });
  // @ts-expect-error: the server decides it
  await onSave({ id: 1, text: "", password: "", version: 1 });
  await delete_(1, null, true);
  await onSearch(undefined, 3);
  await onTodo({ id: 1, text: "", password: "" });
}

export async function streams(): Promise<void> {
  for await (const n of onCountdown(3)) same<typeof n, number>(true);
  for await (const todo of onWatch()) same<typeof todo, Todo>(true);
  const numbers = onCountdown(3);
  await numbers.return(undefined);
  // @ts-expect-error: a stream is not a promise
  await onCountdown(3).then(() => {});
}

export async function refusals(): Promise<void> {
  try {
    await onJoin("lobby");
  } catch (error) {
    if (isAbort(onJoin, error)) {
      same<typeof error.value, JoinError>(true);
      if (error.value.kind === "full") same<typeof error.value.maxMembers, number>(true);
      // @ts-expect-error: only a full room has it
      if (error.value.kind === "noSuchRoom") error.value.maxMembers;
    }
    if (isAbort(onLeave, error)) same<typeof error.value, null>(true);
  }
  const outcome = await safe(onJoin("lobby"));
  if (outcome.ok) same<typeof outcome.value, Todo>(true);
}

export async function forms(): Promise<void> {
  const maps: Maps = await onMaps({
    named: { a: 1 },
    level: { "very-low": 1 },
    number: { 1: "a" },
    big: { "18446744073709551615": "a" },
    id: { a: [1, null] },
    set: [1],
    nested: { a: { b: "low" } },
  });
  same<Maps["level"]["high"], number | undefined>(true);
  const named = maps.named["a"];
  // @ts-expect-error: there may be no such key
  named.toFixed();
  // @ts-expect-error: no such level
  void maps.level["medium"];

  const [flat, open] = await onFlat(
    { ownField: 1, a: 2, Struct: { another: "" }, t: "Newtype", c: { a: 1 } },
    { a: 1, extra: true },
  );
  same<typeof flat, Flat>(true);
  if (flat.t === "Struct") same<typeof flat.c, { a: number }>(true);
  same<Open["a"], number>(true);
  same<typeof open.b, string | null>(true);

  const external: External = { Tuple: [1, "high"] };
  void external;
  const internal: InternalInput[] = [
    { type: "Unit" },
    { type: "Newtype", a: 1 },
    { type: "Empty" },
    { type: "UnitPayload" },
    { type: "Nested", t: "Tuple", c: [1, 2] },
    { type: "Struct", A_FIELD: 1 },
    { type: "Open", anything: "low" },
    // @ts-expect-error: only the server sends it
    { type: "OnlyOut", a: 1 },
    // @ts-expect-error: serde never has it
    { type: "Hidden" },
    // @ts-expect-error: the payload is missing
    { type: "Newtype" },
  ];
  void internal;

  await onFlatGeneric({ own: 1, a: 2 }, { own: 1, t: "Unit" });
  await onOptional({});
  await onOptional({ plain: undefined, boxed: { twice: null } });
  await onStructs(null, {}, [], 1, [1, ""], null, {
    a: 1,
    b: 2,
    c: 3,
    d: 4,
    e: 5,
    f: 6,
    g: 7,
    h: "8",
    i: [9, 10, 11],
    j: [1, ""],
    k: null,
    l: "",
  });
  const [odd] = await onOdd(
    {
      any: { deep: [1, "a", null] },
      anything: [],
      result: { Err: "" },
      range: { start: 0, end: 1 },
      "with \"quotes\" and 'more'": 1,
      template: "user-1",
      narrowed: "a",
      long_alternatives: { Ok: [1, "", 2, ""] },
    },
    { a: 1 },
    {},
  );
  // @ts-expect-error: it may be anything
  odd.any.deep;
}

export async function exact(): Promise<void> {
  const account = await onAccount(1, {
    balance: 1n,
    events: [{ at: new Date(), payload: new Uint8Array(), name: "" }],
    by_day: {},
    pair: [1, new Date(), null],
  });
  same<typeof account, Account>(true);
  same<typeof account.balance, bigint>(true);
  // @ts-expect-error: a number may have lost digits
  await onTotal([1]);
  same<Awaited<ReturnType<typeof onTotal>>, bigint>(true);
  const event = await onEvent({ at: new Date(), payload: new Uint8Array(), name: "" });
  same<typeof event.until, Date | null>(true);
  // @ts-expect-error: a text is not a date
  await onEvent({ at: "2020-01-01", payload: new Uint8Array(), name: "" });
  await onUpload("", new Uint8Array());
  for (const change of await onChange({ kind: "moved", to: new Date() })) {
    if (change.kind === "replaced") same<typeof change.payload, Uint8Array>(true);
    if (change.kind === "uploaded") same<typeof change.to, Uint8Array>(true);
  }
  await onLoose(new Date());
}
