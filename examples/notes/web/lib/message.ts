import { isClientError } from "betroth";

/** What a person is told of an error. */
export function message(error: unknown): string {
  if (!isClientError(error)) return "Something went wrong. Try again in a moment.";
  switch (error.code) {
    case "signed_out":
    case "session_changed":
      return "You have been signed out.";
    case "forbidden":
    case "insufficient_scope":
      return "You may not do this.";
    case "conflict":
      return "Somebody else changed this note meanwhile. Nothing of yours was saved.";
    case "unreachable":
    case "unavailable":
    case "timed_out":
      return "The notes cannot be reached at the moment. Nothing was changed.";
    case "rate_limited":
    case "too_many_failures":
      return "That was a lot at once. Wait a moment, and try again.";
    case "rejected":
      if (error.status === 404) return "This note is no longer there.";
      return typeof error.problem?.detail === "string" ? error.problem.detail : "The API did not take this.";
    default:
      return "Page and API do not understand each other. Try again later.";
  }
}
