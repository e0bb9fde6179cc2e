"use client";

import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { Draft } from "@/lib/note";
import { Dialog } from "./dialog";

interface NoteEditorProps {
  title: string;
  note: Draft;
  isBusy: boolean;
  /** Why it was not taken. It stands here: what is beside a modal dialog can be neither reached nor heard. */
  problem?: string | undefined;
  onSave: (note: Draft) => void;
  onDelete?: () => void;
  onClose: () => void;
}

/** Writes a note. Ctrl or ⌘ with Enter saves, Escape closes. */
export function NoteEditor({ title, note, isBusy, problem, onSave, onDelete, onClose }: NoteEditorProps) {
  const [isSure, setIsSure] = useState(false);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    onSave({ title: String(fields.get("title")).trim(), text: String(fields.get("text")), pinned: note.pinned });
  }

  function keys(event: KeyboardEvent<HTMLFormElement>) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  }

  return (
    <Dialog label={title} onClose={onClose}>
      <form className="editor" onSubmit={submit} onKeyDown={keys}>
        <label>
          Title
          <input name="title" defaultValue={note.title} required maxLength={120} pattern=".*\S.*" />
        </label>
        <label>
          Text
          <textarea name="text" defaultValue={note.text} rows={8} maxLength={20_000} />
        </label>
        <p className="problem" role="alert">
          {problem}
        </p>
        <p className="actions">
          <button type="submit" disabled={isBusy}>
            Save
          </button>
          <button type="button" className="quiet" onClick={onClose}>
            Cancel
          </button>
          {onDelete && (
            <button type="button" className="quiet danger" disabled={isBusy} onClick={() => (isSure ? onDelete() : setIsSure(true))}>
              {isSure ? "Really delete" : "Delete"}
            </button>
          )}
        </p>
      </form>
    </Dialog>
  );
}
