// What the tests in Node share: the server, the compiler, a proxy that fails on command.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, "../..");
/** Where the generated clients are. */
export const CLIENTS = join(HERE, "generated");
export const SEED = Number(process.env.SEED ?? 1);

/** The URL of the folder of a generated client. */
export const folder = (name) => pathToFileURL(join(CLIENTS, name, "/")).href;

/** Runs the server on a free port, and waits until it says where. */
export const start = async () => {
  if (!process.env.E2E_SERVER) throw new Error("run these tests with `node tests/e2e/run.mjs`");
  const child = spawn(process.env.E2E_SERVER, [], {
    env: { ...process.env, ADDRESS: "127.0.0.1:0" },
    // What its panics print is expected, and the hook hears of it.
    stdio: ["ignore", "pipe", process.env.VERBOSE ? "inherit" : "ignore"],
  });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /http:\S+/.exec(line)?.[0];
    if (!origin) continue;
    const stop = async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
    };
    return { origin, url: `${origin}/_telefunc`, port: Number(new URL(origin).port), stop };
  }
  throw new Error("the server ended before it said where it listens");
};

/** Holds TypeScript in `project` against the strictest settings; gives what the compiler has to say. */
export const tsc = (project, options = {}) => {
  writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
  const config = join(project, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...STRICTEST, ...options }, include: ["."] }));
  const bin = join(ROOT, "client/node_modules/.bin/tsc");
  const { status, stdout, stderr, error } = spawnSync(bin, ["--project", config, "--pretty", "false"], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (error) throw new Error(`tsc can't be run (npm --prefix client ci installs it): ${error.message}`);
  return status === 0 ? "" : stdout + stderr;
};

const STRICTEST = {
  target: "es2022",
  lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable", "esnext.disposable"],
  module: "nodenext",
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
};

/** A proxy in front of `port`. It can cut what goes through it, and it cuts what is silent for `idle` milliseconds. */
export const proxy = async (port, { idle = 0 } = {}) => {
  const sockets = new Set();
  const server = createServer((inner) => {
    const outer = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ]) {
      sockets.add(from);
      if (idle) from.setTimeout(idle, () => from.destroy());
      from.on("data", (chunk) => to.write(chunk));
      from.on("error", () => {});
      from.on("close", () => to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const stop = () => {
    cut();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/_telefunc`, cut, stop };
};

/** Reports results that came from a worker or a page as tests of their own. */
export const report = async (t, { results, notes }) => {
  for (const note of notes) t.diagnostic(note);
  for (const { name, error } of results) {
    await t.test(name, () => {
      if (error) throw new Error(error);
    });
  }
};
