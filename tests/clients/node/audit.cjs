// Audits GraphQL over HTTP at the address of the first argument; the second, if any, is a token to come with.
const { serverAudits } = require("graphql-http");

const [, , url, token] = process.argv;
const carried = token ? { authorization: `Bearer ${token}` } : {};
const fetchFn = (address, request) =>
  fetch(address, { ...request, headers: { ...request?.headers, ...carried }, signal: AbortSignal.timeout(10_000) });

async function main() {
  const results = [];
  for (const audit of serverAudits({ url, fetchFn })) {
    const result = await audit.fn();
    results.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason ?? null });
    await result.response?.body?.cancel().catch(() => undefined);
  }
  process.stdout.write(JSON.stringify(results));
}

main();
