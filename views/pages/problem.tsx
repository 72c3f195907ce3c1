import type { Principal } from "@/db/sessions.ts";
import { Layout } from "@/views/layout.tsx";
import { plain } from "@/views/plain.ts";

export interface ProblemData {
  principal: Principal | null;
  status: number;
  title: string;
  detail: string;
}

export function ProblemPage({ principal, status, title, detail }: ProblemData) {
  return (
    <Layout title={title} principal={principal} page="problem">
      <div class="card problem">
        <p class="status-code">{status}</p>
        <h1>{plain(title)}</h1>
        <p>{plain(detail)}</p>
        <p>
          <a class="button" href="/">To the overview</a>
        </p>
      </div>
    </Layout>
  );
}
