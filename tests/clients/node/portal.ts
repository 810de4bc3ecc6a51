// A portal in TypeScript upon types generated from the graph: reads a body's items page by page, then each whole.
import type { ItemQuery, ItemQueryVariables, ItemsQuery, ItemsQueryVariables } from "./generated";

declare const process: { argv: string[]; stdout: { write(text: string): void } };
const [, , address, documents, owner, search] = process.argv;

async function ask<Answer, Variables>(operationName: string, variables: Variables): Promise<Answer> {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: documents, operationName, variables }),
  });
  const said = (await answer.json()) as { data?: Answer; errors?: unknown };
  if (!answer.ok || said.errors || !said.data) throw new Error(`${answer.status} ${JSON.stringify(said)}`);
  return said.data;
}

type Node = ItemsQuery["items"]["edges"][number]["node"];

async function every(search?: string): Promise<Node[]> {
  const found: Node[] = [];
  let after: string | null = null;
  for (;;) {
    const variables: ItemsQueryVariables = { first: 1, after, search, filter: { ownerId: owner } };
    const { items }: ItemsQuery = await ask<ItemsQuery, ItemsQueryVariables>("Items", variables);
    found.push(...items.edges.map((edge) => edge.node));
    if (!items.pageInfo.hasNextPage) return found;
    after = items.pageInfo.endCursor ?? null;
  }
}

async function main(): Promise<void> {
  const listed = await every();
  const [first] = listed;
  const { item } = await ask<ItemQuery, ItemQueryVariables>("Item", { id: first.id });
  const names = listed.map((node: Node): string => node.subjectName);
  const placements = first.placements.map(({ kind }): string => kind);
  const matching = (await every(search)).map((node): string => node.id);
  process.stdout.write(JSON.stringify({ names, placements, item, matching }));
}

main();
