// Prints, as JSON, the number of messages in an AsyncAPI document and what the parser says against it.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const ERROR = 0, WARNING = 1;
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const problems = diagnostics.filter(({ severity }) => severity === ERROR || severity === WARNING)
  .map(({ path, message }) => `${path.join(".")}: ${message}`);
console.log(JSON.stringify({ messages: document ? document.allMessages().length : 0, problems }));
