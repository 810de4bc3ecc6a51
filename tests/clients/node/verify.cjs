// Verifies the delivery on standard input as a receiver in Node does; says the body, or why it was refused.
const { readFileSync } = require("node:fs");
const { Webhook } = require("standardwebhooks");

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
let said;
try {
  said = { body: new Webhook(secret).verify(body, headers) };
} catch (error) {
  said = { refused: error.message };
}
process.stdout.write(JSON.stringify(said));
