"use client";

import { useEffect, useState } from "react";
import { addTask, deleteReport, deleteTask, listTasks, type Task } from "@/lib/api";

export default function Tasks() {
  const [tasks, setTasks] = useState<Task[]>([]);
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState("");

  const load = () => listTasks().then(setTasks, (error) => setProblem(String(error)));
  useEffect(() => {
    load();
  }, []);

  return (
    <main>
      <input value={title} onChange={(event) => setTitle(event.target.value)} />
      <button onClick={() => addTask(title).then(load)}>Add</button>
      <ul>
        {tasks.map((task) => (
          <li key={task.id}>
            {task.title} <button onClick={() => deleteTask(task.id).then(load)}>Done</button>
          </li>
        ))}
      </ul>
      <button onClick={() => deleteReport(1)}>Delete the report</button>
      <p>{problem}</p>
    </main>
  );
}
