"use client";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <div className="narrow">
      <h1>This page cannot be shown now</h1>
      <p>The notes do not answer. Nothing was changed.</p>
      <p className="actions">
        <button type="button" onClick={reset}>
          Try again
        </button>
      </p>
    </div>
  );
}
