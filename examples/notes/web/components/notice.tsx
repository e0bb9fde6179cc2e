"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";

const NoticeContext = createContext<(text: string) => void>(() => {});

/** Tells the person something that they need not answer. */
export const useNotice = () => useContext(NoticeContext);

const SECONDS = 8;

export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<{ text: string }>();
  const tell = useCallback((text: string) => setNotice({ text }), []);
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(() => setNotice(undefined), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <NoticeContext value={tell}>
      {children}
      <div className="notice" role="status">
        {notice && (
          <p>
            {notice.text}
            <button type="button" className="quiet" onClick={() => setNotice(undefined)} aria-label="Close">
              ×
            </button>
          </p>
        )}
      </div>
    </NoticeContext>
  );
}
