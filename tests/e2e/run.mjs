// Builds the server, generates its clients, and runs every test: `node tests/e2e/run.mjs [file.test.mjs …]`.
// SEED=… repeats the random values of an earlier run.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CLIENTS, HERE, ROOT, tsc } from "./support.mjs";

const build = spawnSync("cargo", ["build", "--quiet", "--package", "e2e", "--message-format=json-render-diagnostics"], {
  cwd: ROOT,
  stdio: ["ignore", "pipe", "inherit"],
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
if (build.status !== 0) process.exit(1);
const messages = build.stdout.split("\n").filter(Boolean).map(JSON.parse);
const binary = messages.findLast(({ executable, target }) => executable && target.name === "e2e").executable;

rmSync(CLIENTS, { recursive: true, force: true });
const generate = spawnSync(binary, ["generate", CLIENTS], { encoding: "utf8" });
if (generate.status !== 0) {
  console.error(generate.stdout, generate.stderr);
  process.exit(1);
}
// The TypeScript client is compiled, so that it runs too and is not only read.
const compiled = tsc(join(CLIENTS, "ts"), {
  outDir: join(CLIENTS, "compiled"),
  noEmit: false,
  allowJs: true,
  declaration: false,
});
if (compiled) {
  console.error(`the generated TypeScript does not compile:\n${compiled}`);
  process.exit(1);
}

const seed = process.env.SEED ?? String(Math.floor(Math.random() * 2 ** 31));
console.log(`SEED=${seed}`);
const named = process.argv.slice(2);
const files = readdirSync(HERE).filter((name) => name.endsWith(".test.mjs") && (!named.length || named.includes(name)));
// One after the other: they measure how long the server takes to notice things.
const run = spawnSync(process.execPath, ["--test", "--test-concurrency=1", ...files.map((name) => join(HERE, name))], {
  stdio: "inherit",
  env: { ...process.env, SEED: seed, E2E_SERVER: binary },
});
process.exitCode = run.status ?? 1;
