"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Versioned } from "betroth";
import { useOptimisticMutation } from "betroth/react";
import { useState } from "react";
import { message } from "@/lib/message";
import { type Draft, type Note, versioned } from "@/lib/note";
import type { Notes } from "@/lib/notes";
import { ConflictDialog, useConflict } from "./conflict-dialog";
import { NoteEditor } from "./note-editor";
import { useNotice } from "./notice";

interface NoteCardProps {
  notes: Notes;
  note: Note;
  showsAuthor: boolean;
}

/** One note: shown, pinned, edited, deleted. A change is seen at once, and taken back where the API refuses it. */
export function NoteCard({ notes, note, showsAuthor }: NoteCardProps) {
  const queries = useQueryClient();
  const tell = useNotice();
  const conflict = useConflict();
  const [opened, setOpened] = useState<Versioned<Note>>();
  const queryKey = ["note", notes.key, note.id];
  const list = ["notes", notes.key];

  const { data: shown } = useQuery({
    queryKey,
    queryFn: () => notes.get(note.id),
    initialData: versioned(note),
    // The list fetches all of them at once.
    staleTime: Number.POSITIVE_INFINITY,
  });

  const change = useOptimisticMutation<Note, Partial<Draft>>({
    queryKey,
    apply: (it, wanted) => ({ ...it, ...wanted }),
    send: (mine, base) => notes.change(note.id, mine, base),
    onConflict: conflict.ask,
    also: [list],
  });

  const remove = useMutation({
    mutationFn: (base: Versioned<Note>) => notes.remove(note.id, base),
    onSettled: () => queries.invalidateQueries({ queryKey: list }),
  });

  function close() {
    setOpened(undefined);
    remove.reset();
  }

  function save(wanted: Draft, base: Versioned<Note>) {
    close();
    // What was read when the editor opened is what is changed, whatever was fetched meanwhile: else an edit of somebody else would be lost.
    queries.setQueryData(queryKey, base);
    change.mutate(wanted, { onError: (error) => tell(message(error)) });
  }

  const { title, text, pinned, author, changed_at } = shown.value;
  return (
    <li className="note" data-pinned={pinned} aria-busy={change.isPending || remove.isPending}>
      <h2>
        <button type="button" className="plain" onClick={() => setOpened(shown)}>
          {title}
        </button>
      </h2>
      {text && <p className="text">{text}</p>}
      <p className="meta">
        <span>
          {showsAuthor && author && `${author}, `}
          <time dateTime={changed_at}>{day(changed_at)}</time>
        </span>
        <button
          type="button"
          className="quiet pin"
          aria-pressed={pinned}
          onClick={() => change.mutate({ pinned: !pinned }, { onError: (error) => tell(message(error)) })}
        >
          {pinned ? "Unpin" : "Pin"}
        </button>
      </p>
      {opened && (
        <NoteEditor
          title="Edit note"
          note={opened.value}
          isBusy={remove.isPending}
          problem={remove.error ? message(remove.error) : undefined}
          onSave={(wanted) => save(wanted, opened)}
          onDelete={() => remove.mutate(opened)}
          onClose={close}
        />
      )}
      {conflict.asked && <ConflictDialog {...conflict.asked} />}
    </li>
  );
}

/** A day as the person's own language has it. */
function day(time: string): string {
  return new Date(time).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}
