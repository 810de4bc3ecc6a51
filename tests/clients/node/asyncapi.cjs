// Parses the AsyncAPI document named by the argument; says its version, its channels and every finding.
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

async function main() {
  const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
  process.stdout.write(
    JSON.stringify({
      version: document?.version() ?? null,
      channels: document?.channels().all().map((channel) => channel.address()) ?? [],
      messages: document?.allMessages().all().map((message) => message.name()) ?? [],
      findings: diagnostics.map(({ severity, code, path, message }) => ({ severity, code, path, message })),
    }),
  );
}

main();
