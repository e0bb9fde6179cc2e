import type { Metadata } from "next";
import { Join } from "@/components/join";

export const metadata: Metadata = { title: "Join" };

export default async function JoinPage({ params }: PageProps<"/join/[invitation]">) {
  const { invitation } = await params;
  return <Join invitation={invitation} />;
}
