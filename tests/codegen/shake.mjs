/**
 * Bundles pages that use one function of the client in the folder that is the first argument: one alone in its module,
 * one of a hundred. esbuild and Rolldown must make the same of both, but for the module's name in the function's key.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(new URL("../../client/package.json", import.meta.url));
const esbuild = require("esbuild");
const { rolldown } = await import(require.resolve("rolldown"));
const [folder] = process.argv.slice(2);

const modules = ["alone", "crowd", ...Array.from({ length: 9 }, (_, ten) => `tens${ten}`)];
const pages = join(folder, "pages");
mkdirSync(pages);
const page = (name, used) => {
  const imports = modules.map((module) => `import * as ${module} from "../${module}.js";`);
  const path = join(pages, `${name}.js`);
  writeFileSync(path, `${used === "alone" ? imports[0] : imports.join("\n")}\nconsole.log(${used}.onCall0);\n`);
  return path;
};

const bundlers = {
  esbuild: async (path) => {
    const options = { entryPoints: [path], bundle: true, minify: true, format: "esm", write: false };
    return (await esbuild.build(options)).outputFiles[0].text;
  },
  rolldown: async (path) => {
    const bundle = await rolldown({ input: path });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    await bundle.close();
    return output[0].code;
  },
};

const size = (text) => text.replace(/"(alone|crowd)\./g, "").length;
const [alone, crowd] = [page("alone", "alone"), page("crowd", "crowd")];
for (const [name, bundle] of Object.entries(bundlers)) {
  const [one, hundred] = [await bundle(alone), await bundle(crowd)];
  console.log(`${name}: ${size(one)} bytes alone, ${size(hundred)} bytes of a hundred`);
  if (size(one) !== size(hundred)) process.exitCode = 1;
  if (!one.includes("alone.onCall0") || hundred.includes("onCall1")) process.exitCode = 1;
}
