import { json, type Versioned } from "betroth";
import { client } from "./api";
import { type Draft, draft, type Note } from "./note";

/** The notes of one owner: the calls of the API for them. */
export interface Notes {
  /** In the keys of queries; no other notes have it. */
  key: string;
  list(): Promise<Versioned<Note[]>>;
  add(note: Draft): Promise<Versioned<Note>>;
  get(id: number): Promise<Versioned<Note>>;
  /** What was read is `base`: where it is no longer what the API has, it is a `Conflict`. */
  change(id: number, note: Draft, base: Versioned<Note>): Promise<Versioned<Note>>;
  remove(id: number, base: Versioned<Note>): Promise<Versioned<unknown>>;
}

/** One's own. */
export const ownNotes: Notes = {
  key: "own",
  list: () => json<Note[]>(client, "/notes"),
  add: (note) => json<Note>(client, "/notes", { method: "POST", body: draft(note) }),
  get: (id) => json<Note>(client, `/notes/${id}`),
  change: (id, note, base) => json<Note>(client, `/notes/${id}`, { method: "PUT", body: draft(note), base }),
  remove: (id, base) => json(client, `/notes/${id}`, { method: "DELETE", base }),
};

/** Those of an organization. */
export const sharedNotes = (organization: string): Notes => ({
  key: organization,
  list: () => json<Note[]>(client, `/organizations/${organization}/notes`),
  add: (note) => json<Note>(client, `/organizations/${organization}/notes`, { method: "POST", body: draft(note) }),
  get: (id) => json<Note>(client, `/organizations/${organization}/notes/${id}`),
  change: (id, note, base) =>
    json<Note>(client, `/organizations/${organization}/notes/${id}`, { method: "PUT", body: draft(note), base }),
  remove: (id, base) => json(client, `/organizations/${organization}/notes/${id}`, { method: "DELETE", base }),
});
