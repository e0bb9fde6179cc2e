import type { Metadata } from "next";
import { Notebook } from "@/components/notebook";

export const metadata: Metadata = { title: "Your notes" };

export default function Notes() {
  return (
    <>
      <h1>Your notes</h1>
      <Notebook />
    </>
  );
}
