import { z } from "zod";

export const agentName = () =>
  z.string().regex(/^[a-z0-9-]{1,64}$/, "is not the name of an agent: a-z, 0-9 and -");
