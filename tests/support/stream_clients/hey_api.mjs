// The stream client that `@hey-api/openapi-ts` puts into each client that it generates, as it is in the package.
import { readFileSync } from "node:fs";
import typescript from "typescript";
import { STREAM, listen, renews, write } from "./program.mjs";

const file = new URL("node_modules/@hey-api/openapi-ts/dist/clients/core/serverSentEvents.ts", import.meta.url);
const options = { compilerOptions: { module: "esnext", target: "es2022" } };
const { outputText } = typescript.transpileModule(readFileSync(file, "utf8"), options);
const { createSseClient } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);

listen(async (token, lastId, take, renew) => {
  const headers = { Authorization: `Bearer ${token}`, ...(lastId && { "Last-Event-ID": lastId }) };
  const { stream } = createSseClient({
    url: STREAM,
    headers,
    ...(renews && { sseMaxRetryAttempts: 1 }),
    onSseEvent: ({ event, id, data }) => {
      if (data === undefined) write({ what: "without data", id });
      take(event, id, JSON.stringify(data));
    },
  });
  for await (const _ of stream);
  write({ what: "closed" });
  renew();
});
