import type { Versioned } from "betroth";

/** A note as the API gives it. */
export interface Note {
  id: number;
  title: string;
  text: string;
  pinned: boolean;
  author: string;
  changed_at: string;
  version: number;
}

/** What a person writes of a note, and all of it that is sent. */
export type Draft = Pick<Note, "title" | "text" | "pinned">;

export const draft = ({ title, text, pinned }: Draft): Draft => ({ title, text, pinned });

/** A note of a list, with the `ETag` that it has alone. */
export const versioned = (note: Note): Versioned<Note> => ({ value: note, etag: `"${note.version}"` });
