"use client";

interface ErrorPageProps {
  error: Error;
  /** Has the server make the page anew; `reset` would show the same failure again. */
  retry: () => void;
}

export default function ErrorPage({ retry }: ErrorPageProps) {
  return (
    <div className="narrow">
      <h1>This page cannot be shown now</h1>
      <p>The notes do not answer. Nothing was changed.</p>
      <p className="actions">
        <button type="button" onClick={retry}>
          Try again
        </button>
      </p>
    </div>
  );
}
