import Link from "next/link";

export default function Home() {
  return (
    <div className="hero">
      <h1>A quiet place for what you want to keep.</h1>
      <p>Notes of your own, which nobody else sees, and notes that an organization writes together.</p>
      <p className="actions">
        <Link className="button" href="/notes">
          To the notes
        </Link>
        <Link className="button quiet" href="/sign-up">
          Sign up
        </Link>
      </p>
    </div>
  );
}
