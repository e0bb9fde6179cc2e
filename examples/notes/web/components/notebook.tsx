"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { message } from "@/lib/message";
import { versioned } from "@/lib/note";
import { type Notes, ownNotes, sharedNotes } from "@/lib/notes";
import { NoteCard } from "./note-card";
import { NoteEditor } from "./note-editor";

/** One's own notes, or those of an organization. */
export function Notebook({ organization }: { organization?: string }) {
  const notes = useMemo(() => (organization ? sharedNotes(organization) : ownNotes), [organization]);
  return <NotesOf notes={notes} areShared={!!organization} />;
}

function NotesOf({ notes, areShared }: { notes: Notes; areShared: boolean }) {
  const queries = useQueryClient();
  const [isAdding, setIsAdding] = useState(false);

  const list = useQuery({
    queryKey: ["notes", notes.key],
    queryFn: async () => {
      const { value } = await notes.list();
      // Each card looks at its own note: one request for all of them.
      for (const note of value) {
        const queryKey = ["note", notes.key, note.id];
        if (!queries.isMutating({ mutationKey: queryKey })) queries.setQueryData(queryKey, versioned(note));
      }
      return value;
    },
  });

  const add = useMutation({
    mutationFn: notes.add,
    onSuccess: stopAdding,
    onSettled: () => queries.invalidateQueries({ queryKey: ["notes", notes.key] }),
  });

  function stopAdding() {
    setIsAdding(false);
    add.reset();
  }

  return (
    <section aria-label="Notes" aria-busy={list.isFetching}>
      <p className="toolbar">
        <button type="button" onClick={() => setIsAdding(true)}>
          New note
        </button>
      </p>
      {list.isError && (
        <div className="empty" role="alert">
          <p>{message(list.error)}</p>
          <button type="button" className="quiet" onClick={() => list.refetch()}>
            Try again
          </button>
        </div>
      )}
      {list.isPending && <p className="empty">Fetching the notes…</p>}
      {list.data?.length === 0 && <p className="empty">Nothing here yet. What is on your mind?</p>}
      <ul className="notes">
        {list.data?.map((note) => (
          <NoteCard key={note.id} notes={notes} note={note} showsAuthor={areShared} />
        ))}
      </ul>
      {isAdding && (
        <NoteEditor
          title="New note"
          isBusy={add.isPending}
          problem={add.error ? message(add.error) : undefined}
          note={{ title: "", text: "", pinned: false }}
          onSave={(note) => add.mutate(note)}
          onClose={stopAdding}
        />
      )}
    </section>
  );
}
