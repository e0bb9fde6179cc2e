import type { Metadata } from "next";
import { SharedNotes } from "@/components/shared-notes";

export const metadata: Metadata = { title: "Shared notes" };

export default function Shared() {
  return <SharedNotes />;
}
