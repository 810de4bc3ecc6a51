// PostGraphile as its documentation runs it as a library: one process, production settings, no watching, no IDE.
// node postgraphile.mjs <port> <database url>
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const [port, connectionString] = process.argv.slice(2);

const built = postgraphile({
  extends: [PostGraphileAmberPreset],
  // it would hide filters and orders of views, which have no indexes of their own
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  pgServices: [makePgService({ connectionString, schemas: ["portal"], poolConfig: { max: 8 } })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: { explain: false },
});

const server = createServer();
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
await built.createServ(grafserv).addTo(server);
if (process.env.SDL) {
  const { printSchema } = await import("postgraphile/graphql");
  console.log(printSchema(await built.getSchema()));
}
server.listen(Number(port), "127.0.0.1");
