"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { json } from "betroth";
import { useState } from "react";
import { client } from "@/lib/api";
import { message } from "@/lib/message";
import { type Draft, draft, type Note, versioned } from "@/lib/note";
import { NoteCard } from "./note-card";
import { NoteEditor } from "./note-editor";
import { useNotice } from "./notice";

/** The notes below one path of the API, whosever they are. */
export function Notebook({ path, areShared = false }: { path: string; areShared?: boolean }) {
  const queries = useQueryClient();
  const tell = useNotice();
  const [isAdding, setIsAdding] = useState(false);

  const list = useQuery({
    queryKey: ["notes", path],
    queryFn: async () => {
      const { value } = await json<Note[]>(client, path);
      // Each card looks at its own note: one request for all of them.
      for (const note of value) {
        const queryKey = ["note", path, note.id];
        if (!queries.isMutating({ mutationKey: queryKey })) queries.setQueryData(queryKey, versioned(note));
      }
      return value;
    },
  });

  const add = useMutation({
    mutationFn: (note: Draft) => json<Note>(client, path, { method: "POST", body: draft(note) }),
    onSuccess: () => setIsAdding(false),
    onError: (error) => tell(message(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["notes", path] }),
  });

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
          <NoteCard key={note.id} path={path} note={note} showsAuthor={areShared} />
        ))}
      </ul>
      {isAdding && (
        <NoteEditor
          title="New note"
          isBusy={add.isPending}
          note={{ title: "", text: "", pinned: false }}
          onSave={(note) => add.mutate(note)}
          onClose={() => setIsAdding(false)}
        />
      )}
    </section>
  );
}
