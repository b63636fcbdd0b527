// The page's own code. Everything it knows of the server is in the generated folder.
import { onAsk, onBug, onCountdown, onJoin, onNewTodo, onOpenStreams, onTodos } from "./telefunc/demo.js";
import { ServerError, ValidationError, isAbort } from "./telefunc/runtime/index.js";

const $ = (id) => document.getElementById(id);

// Calls and validation.

function showTodo(todo) {
  const line = document.createElement("li");
  const time = document.createElement("time");
  time.textContent = ` ${todo.created.toLocaleTimeString()}`; // a Date, as the type says
  line.append(todo.text, time);
  $("todos").append(line);
}

function showIssues(form, issues) {
  for (const place of form.querySelectorAll(".issue")) {
    const mine = issues.filter((issue) => issue.path[0] === place.dataset.for);
    place.textContent = mine.map((issue) => issue.message).join(", ");
    form.elements[place.dataset.for].ariaInvalid = String(mine.length > 0);
  }
}

$("todo").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const { text, notify } = form.elements;
  try {
    showTodo(await onNewTodo(text.value, notify.value || undefined));
    form.reset();
    showIssues(form, []);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    showIssues(form, error.issues);
  }
});

for (const todo of await onTodos()) showTodo(todo);

// Streams, with a button that stops them.

function stoppable(start, stop, run) {
  start.addEventListener("click", async (event) => {
    event.preventDefault();
    const controller = new AbortController();
    stop.onclick = () => controller.abort();
    start.disabled = true;
    stop.disabled = false;
    try {
      await run(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      start.disabled = false;
      stop.disabled = true;
    }
  });
}

stoppable($("countdown-start"), $("countdown-stop"), async (signal) => {
  for await (const n of onCountdown(20, { signal })) $("countdown").textContent = n;
});

stoppable($("ask-start"), $("ask-stop"), async (signal) => {
  $("answer").textContent = "";
  for await (const word of onAsk($("ask").elements.question.value, { signal })) $("answer").append(word);
});

// A typed refusal.

$("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await onJoin(event.target.elements.room.value);
  } catch (error) {
    if (!isAbort(onJoin, error)) throw error;
    const refusal = error.value; // { kind: "noSuchRoom" } | { kind: "full", seats: number }
    $("join-result").textContent =
      refusal.kind === "full" ? `All ${refusal.seats} seats are taken.` : "There is no such room.";
  }
});

// A bug, hidden.

$("bug").addEventListener("click", async () => {
  try {
    await onBug();
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    $("bug-result").textContent = `Something went wrong. Tell us this number: ${error.id}`;
  }
});

// A stream that runs for as long as the page is open.

for await (const count of onOpenStreams()) $("open-streams").textContent = count;
