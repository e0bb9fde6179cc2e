// Runs what a module of the front end exports as `tasks`, as a browser on another origin would that is logged in:
// `node call.mjs MODULE`. Prints the headers that reached the API.

import http from "node:http"
import { pathToFileURL } from "node:url"

const cookie = "better-auth.session_token=session-of-ann"

const api = http.createServer((request, answer) => {
  console.log(JSON.stringify(request.headers))
  answer.setHeader("content-type", "application/json").end("[]")
})

// Node has no cookies. A browser attaches them to a request for another origin where it is told to, and nowhere else
// (Fetch standard, section 4.6, "HTTP-network-or-cache fetch").
const plain = globalThis.fetch
globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  const headers = new Headers(request.headers)
  if (request.credentials === "include") headers.set("cookie", cookie)
  return plain(request.url, { ...init, headers })
}

api.listen(0, "127.0.0.1", async () => {
  process.env.NEXT_PUBLIC_API_URL = `http://127.0.0.1:${api.address().port}`
  const { tasks } = await import(pathToFileURL(process.argv[2]))
  await tasks()
  api.close()
  api.closeAllConnections()
})
