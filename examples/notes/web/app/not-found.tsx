import Link from "next/link";

export default function NotFound() {
  return (
    <div className="narrow">
      <p className="status">404</p>
      <h1>There is no such page</h1>
      <p className="actions">
        <Link className="button" href="/notes">
          To your notes
        </Link>
      </p>
    </div>
  );
}
