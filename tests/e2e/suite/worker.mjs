// The suite in a worker, of Node or of a page: options come in as a message, results go out as one.

import { run } from "./run.mjs";

const port = globalThis.postMessage ? globalThis : (await import("node:worker_threads")).parentPort;
const receive = async (message) => port.postMessage(await run(message.data ?? message));
if (port.on) port.once("message", receive);
else port.addEventListener("message", receive, { once: true });
port.postMessage("ready");
