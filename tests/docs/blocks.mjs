// The blocks of code of a Markdown file.
import { read } from "./project.mjs";

/** Each block: where it is, its language, its title if it has one, and its text. */
export function blocks(file) {
  const found = [];
  let section = "";
  let block;
  for (const [index, line] of read(file).split("\n").entries()) {
    const fence = /^```(\w*)(?: title="(.+)")?$/.exec(line);
    if (block && line === "```") {
      found.push({ ...block, text: block.lines.join("\n") });
      block = undefined;
    } else if (block) {
      block.lines.push(line);
    } else if (fence) {
      block = { at: `${file}:${index + 1}`, section, language: fence[1], title: fence[2], lines: [] };
    } else if (/^#+ /.test(line)) {
      section = line.replace(/^#+ /, "");
    }
  }
  return found;
}

/** Whether each paragraph of a block stands in a text as it is, apart from how far it is indented. */
export function isExcerpt(block, text) {
  const normal = (lines) => lines.map((line) => line.trim()).join("\n");
  const source = `\n${normal(text.split("\n"))}\n`;
  return block.split(/\n\s*\n/).every((paragraph) => source.includes(`\n${normal(paragraph.split("\n"))}\n`));
}
