/** Holds a generated client (first argument) against tsc at its strictest, Prettier and Biome, all with their defaults. */

import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const bin = join(here, "..", "..", "client", "node_modules", ".bin");
const [folder, ...typeTests] = process.argv.slice(2);

const flags = {
  target: "es2022",
  lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable", "esnext.disposable"],
  module: "nodenext",
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUncheckedSideEffectImports: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  erasableSyntaxOnly: true,
  forceConsistentCasingInFileNames: true,
};

const run = (command, args, cwd) => {
  const { status, stdout, stderr, error } = spawnSync(join(bin, command), args, { cwd, encoding: "utf8" });
  if (error) throw new Error(`${command} can't be run (npm --prefix client ci installs it): ${error.message}`);
  if (status === 0) return;
  console.error(`${command} ${args.join(" ")} does not like ${cwd}:\n${stdout}${stderr}`);
  process.exitCode = 1;
};

run("prettier", ["--check", "."], folder);
run("biome", ["check", "--error-on-warnings", "."], folder);

// The type tests go beside the client for tsc only: they are not generated, so no tool has to leave them alone.
for (const name of typeTests) cpSync(join(here, name), join(folder, name));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: flags, include: ["."] }));
run("tsc", ["--project", "tsconfig.json"], folder);
