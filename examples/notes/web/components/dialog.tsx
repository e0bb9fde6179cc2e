"use client";

import { type ReactNode, useEffect, useRef } from "react";

interface DialogProps {
  label: string;
  /** Escape, or a click beside it. */
  onClose: () => void;
  isWide?: boolean;
  children: ReactNode;
}

/** A modal dialog for as long as it is mounted; the browser keeps the focus in it. */
export function Dialog({ label, onClose, isWide = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={isWide ? "wide" : undefined}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
