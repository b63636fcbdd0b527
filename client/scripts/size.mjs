/** Bundles what a page uses with both bundlers and holds its compressed size against the budget. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
];

const folder = mkdtempSync(join(tmpdir(), "telefunc-size-"));
let failed = false;
try {
  // A copy, as a user has it who embeds the runtime: no package.json promises that it has no side effects.
  cpSync("dist", join(folder, "runtime"), { recursive: true });
  for (const [name, budget, imports, code] of pages) {
    const entry = join(folder, `${name}.js`);
    writeFileSync(entry, `import { ${imports} } from "./runtime/index.js";\n${code}`);
    const bundlers = { esbuild: await withEsbuild(entry), rolldown: await withRolldown(entry) };
    for (const [bundler, text] of Object.entries(bundlers)) {
      const size = gzipSync(text, { level: 9 }).length;
      failed ||= size > budget;
      console.log(`${name} (${bundler}): ${size} of ${budget} bytes${size > budget ? ", too large" : ""}`);
      if (process.argv.includes("--print")) console.log(text);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

async function withEsbuild(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return outputFiles[0].text;
}

async function withRolldown(entry) {
  const bundle = await rolldown({ input: entry });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  return output[0].code;
}
