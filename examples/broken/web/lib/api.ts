import { authClient } from "@/lib/auth-client";

const API_URL = process.env.NEXT_PUBLIC_API_URL ?? "http://localhost:8000";

export type Task = { id: number; title: string };

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const { data } = await authClient.token();
  const response = await fetch(`${API_URL}${path}`, {
    ...init,
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${data?.token}` },
  });
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return response.json();
}

export const listTasks = () => request<Task[]>("/tasks");

export const addTask = (title: string) =>
  request<Task>("/tasks", { method: "POST", body: JSON.stringify({ title }) });

export const deleteTask = (id: number) => request<Task>(`/tasks/${id}`, { method: "DELETE" });

export const deleteReport = (id: number) => request<{ id: number }>(`/reports/${id}`, { method: "DELETE" });
