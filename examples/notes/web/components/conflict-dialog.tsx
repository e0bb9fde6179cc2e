"use client";

import type { Conflict } from "betroth";
import { type FormEvent, useState } from "react";
import type { Draft, Note } from "@/lib/note";
import { Dialog } from "./dialog";

interface Asked {
  conflict: Conflict<Note>;
  /** The fields that both changed. */
  disputed: string[];
  /** Everything that only one side changed is in it already. */
  merged: Note;
  settle: (note: Note | undefined) => void;
}

/** Asks the person, who may take as long as they like. */
export function useConflict() {
  const [asked, setAsked] = useState<Asked>();
  const ask = (conflict: Conflict<Note>, { value, disputed }: { value: Note; disputed: string[] }) =>
    new Promise<Note | undefined>((resolve) => {
      const settle = (note: Note | undefined) => {
        setAsked(undefined);
        resolve(note);
      };
      setAsked({ conflict, disputed, merged: value, settle });
    });
  return { ask, asked };
}

const FIELDS = [
  ["title", "Title"],
  ["text", "Text"],
] as const;

/** What it was, what I wrote and what they wrote, side by side, and the text that is to be. */
export function ConflictDialog({ conflict, disputed, merged, settle }: Asked) {
  const { base, mine } = conflict;
  const theirs = conflict.theirs.value;
  const [wanted, setWanted] = useState<Draft>(merged);
  const fields = FIELDS.filter(([field]) => disputed.includes(field));
  const sides = [
    ["As it was", base],
    ["Yours", mine],
    ["Theirs", theirs],
  ] as const;

  function submit(event: FormEvent) {
    event.preventDefault();
    settle({ ...merged, ...wanted });
  }

  return (
    <Dialog label="Changed in two places" onClose={() => settle(undefined)} isWide>
      <form className="conflict" onSubmit={submit}>
        <h2>Changed in two places</h2>
        <p>While you were writing, this note was changed elsewhere too. Nothing is lost: choose what it is to say.</p>
        {fields.map(([field, name]) => (
          <fieldset key={field}>
            <legend>{name}</legend>
            <div className="sides">
              {sides.map(([side, note]) => (
                <button
                  key={side}
                  type="button"
                  className="side"
                  aria-pressed={wanted[field] === note[field]}
                  onClick={() => setWanted({ ...wanted, [field]: note[field] })}
                >
                  <b>{side}</b>
                  <span>{note[field] || "(empty)"}</span>
                </button>
              ))}
            </div>
            <label>
              What it is to say
              {field === "title" ? (
                <input value={wanted.title} required maxLength={120} onChange={(it) => setWanted({ ...wanted, title: it.target.value })} />
              ) : (
                <textarea value={wanted.text} rows={4} onChange={(it) => setWanted({ ...wanted, text: it.target.value })} />
              )}
            </label>
          </fieldset>
        ))}
        <p className="actions">
          <button type="submit">Save this</button>
          <button type="button" className="quiet" onClick={() => settle(undefined)}>
            Give mine up
          </button>
        </p>
      </form>
    </Dialog>
  );
}
