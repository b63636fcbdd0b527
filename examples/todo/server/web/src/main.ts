// The page. What it knows of the server is in `./telefunc`, which the server's build script writes.

import { onLogIn, onWhoAmI } from "./telefunc/account.js";
import { isAbort, safe, ValidationError } from "./telefunc/runtime/index.js";
import { onNewTodo, onTick, onTodos, type Todo } from "./telefunc/todos.js";

const byId = (id: string) => document.getElementById(id) as HTMLElement;
const form = (id: string) => byId(id) as HTMLFormElement;

const say = (problem: string) => {
  byId("problem").textContent = problem;
};

const explain = (error: unknown): string => {
  if (isAbort(onTick, error)) {
    // `error.value` is `{ kind: "noSuchTodo" } | { kind: "alreadyDone", text: string }`.
    return error.value.kind === "alreadyDone" ? `“${error.value.text}” is done.` : "It is gone.";
  }
  if (error instanceof ValidationError) {
    return error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join(", ");
  }
  return String(error);
};

/** Runs a call, and says so if it fails. */
const attempt = async (call: Promise<unknown>) => {
  const outcome = await safe(call);
  say(outcome.ok ? "" : explain(outcome.error));
};

const greet = async () => {
  byId("greeting").textContent = `Hello, ${await onWhoAmI()}`;
};

form("log-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = new FormData(form("log-in")).get("name");
  void attempt(onLogIn(String(name)).then(greet));
});

form("new").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = new FormData(form("new")).get("text");
  void attempt(onNewTodo(String(text)));
});

const line = (todo: Todo): HTMLLIElement => {
  const item = document.createElement("li");
  item.textContent = `${todo.done ? "✓" : "–"} ${todo.text}`;
  item.addEventListener("click", () => void attempt(onTick(todo.id)));
  return item;
};

for await (const todos of onTodos()) byId("todos").replaceChildren(...todos.map(line));
