// Holds the documents against the project: what they show compiles, what they name exists.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { blocks, isExcerpt } from "./blocks.mjs";
import { documents, files, read, root, run } from "./project.mjs";

const all = documents.filter((name) => existsSync(join(root, name))).flatMap(blocks);
const plain = (language) => all.filter((block) => block.language === language && !block.title);

test("no block is of a language that nothing checks", () => {
  for (const { at, language, title } of all) {
    // A title makes it a file of the project that `walkthrough.test.mjs` builds; `text` is a drawing or an output.
    assert.ok(title || ["rust", "ts", "toml", "sh", "text"].includes(language), `${at}: ${language}`);
  }
});

test("every block of Rust stands in an example, which is compiled", () => {
  const sources = files("examples")
    .filter((path) => path.endsWith(".rs"))
    .map(read);
  for (const { at, text } of plain("rust")) {
    assert.ok(
      sources.some((source) => isExcerpt(text, source)),
      `${at} is in no file of examples/`,
    );
  }
});

test("every block of a manifest stands in one of the example", () => {
  // The example takes our crates from its workspace; everybody else has a path.
  const normal = (text) => text.replace(/^(telefunc[\w-]*)(?:\.workspace)? = .*/gm, "$1");
  const manifest = normal(read("examples/todo/server/Cargo.toml"));
  for (const { at, text } of plain("toml")) {
    for (const line of normal(text).split("\n").filter(Boolean)) {
      assert.ok(isExcerpt(line, manifest), `${at}: ${line}`);
    }
  }
});

test("every block of TypeScript is accepted by tsc, together with the example's generated client", () => {
  run("cargo build --quiet --package todo");
  const web = join(root, "examples/todo/server/web");
  const folder = mkdtempSync(join(tmpdir(), "telefunc-docs-"));
  try {
    cpSync(join(web, "src/telefunc"), join(folder, "src/telefunc"), { recursive: true });
    cpSync(join(web, "tsconfig.json"), join(folder, "tsconfig.json"));
    for (const [index, { at, text }] of plain("ts").entries()) {
      writeFileSync(join(folder, `src/block${index}.ts`), `// ${at}\n${text}\n`);
    }
    run("tsc", folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What a line of shell may be, and what has to be there for it. */
const commands = [
  [
    /^(?:TELEFUNC_BLESS=1 |TRYBUILD=overwrite )?cargo (?:run|run --release|test) -p (\S+)/,
    (name) => packages().includes(name),
  ],
  [/^cargo (?:fmt --all|clippy --workspace --all-targets -- -D warnings)$/, () => true],
  [/^cargo install --path (\S+)$/, (folder) => existsSync(join(root, folder, "Cargo.toml"))],
  // What `cargo install` would have installed, run as it is.
  [
    /^cargo telefunc (.+)$/,
    (options) => run(`cargo run --quiet --package telefunc-codegen -- ${options}`) !== undefined,
  ],
  [/^npm --prefix client run (\S+)/, (name) => name in JSON.parse(read("client/package.json")).scripts],
  [/^npm --prefix client (?:ci|test)$/, () => true],
  [/^node --test (\S+)$/, (folder) => files(folder.replace(/\/$/, "")).some((path) => path.endsWith(".test.mjs"))],
  [/^(\S+\/run)$/, (path) => Boolean(statSync(join(root, path)).mode & 0o100)],
];

let known;
const packages = () =>
  (known ??= JSON.parse(run("cargo metadata --format-version 1 --no-deps --quiet")).packages.map(({ name }) => name));

test("every command names something that is there", () => {
  for (const { at, text } of plain("sh").filter(({ section }) => section !== "A project of your own")) {
    for (const line of text.split("\n")) {
      const command = commands.find(([pattern]) => pattern.test(line));
      assert.ok(command, `${at}: nothing checks \`${line}\``);
      assert.ok(command[1](command[0].exec(line)[1]), `${at}: \`${line}\``);
    }
  }
});

const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");

test("every link within the project leads somewhere", () => {
  for (const name of documents.filter((name) => existsSync(join(root, name)))) {
    for (const [, link] of read(name).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path, anchor] = link.split("#");
      const target = path ? join(dirname(name), path) : name;
      assert.ok(existsSync(join(root, target)), `${name}: ${link}`);
      const headings = anchor ? [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, text]) => slug(text)) : [];
      assert.ok(!anchor || headings.includes(anchor), `${name}: ${link}`);
    }
  }
});

test("every file that ARCHITECTURE and CONTRIBUTING name is there", () => {
  const paths = files().map((path) => `/${path}`);
  for (const name of ["ARCHITECTURE.md", "CONTRIBUTING.md"]) {
    for (const [, path] of read(name).matchAll(/`([\w./-]+(?:\.(?:rs|ts|mjs|md|json|toml)|\/))`/g)) {
      assert.ok(
        paths.some((there) => there.endsWith(`/${path}`)),
        `${name}: ${path}`,
      );
    }
  }
});

test("the defaults in the README are those of the configuration", () => {
  assert.match(read("telefunc-protocol/src/limits.rs"), /BODY: usize = 1024 \* 1024;/);
  const config = read("telefunc-runtime/src/config.rs");
  for (const [name, code, text] of [
    ["max_body", "limits::BODY", "1 MiB"],
    ["timeout", "Some(Duration::from_secs(60))", "60 s"],
    ["body_timeout", "Duration::from_secs(30)", "30 s"],
    ["header_timeout", "Duration::from_secs(15)", "15 s"],
    ["keep_alive", "Duration::from_secs(15)", "15 s"],
    ["max_connections", "16_384", "16,384"],
    ["shutdown_grace", "Duration::from_secs(10)", "10 s"],
  ]) {
    assert.ok(config.includes(`            ${name}: ${code},`), `the default of ${name} has changed`);
    const rows = read("README.md")
      .split("\n")
      .filter((line) => line.startsWith("|") && line.includes(`\`${name}\``));
    assert.ok(
      rows.some((row) => row.includes(text)),
      `README: ${name}`,
    );
  }
});
