// Where things are, and how a program is run to its end.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The documents that are held against the project. */
export const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "PROTOCOL.md"];

export const read = (name) => readFileSync(join(root, name), "utf8");

/** The development tools are installed beside the client. */
export const tools = join(root, "client/node_modules/.bin");

/** Runs a command line in a folder, and gives what it printed; throws all of it when it fails. */
export function run(line, cwd = root) {
  const env = {
    ...process.env,
    // One folder for all builds, so that nothing is compiled twice.
    CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? join(root, "target"),
    PATH: [tools, process.env.PATH].join(delimiter),
  };
  const { status, stdout, stderr, error } = spawnSync("bash", ["-c", line], { cwd, env, encoding: "utf8" });
  if (error || status !== 0) throw new Error(`${line} (in ${cwd}): ${error ?? ""}\n${stdout}${stderr}`);
  return stdout;
}

/** Every file of the project by its path, without what is built or installed. */
export function files(folder = "") {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    if (["target", "node_modules", ".git", "dist"].includes(entry.name)) return [];
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? [`${path}/`, ...files(path)] : [path];
  });
}
